import { v7 as uuid } from 'uuid';
import type { Cause } from '../domain/actor';
import { Refusal } from '../domain/refusal';
import type { AssignableTeamRole } from '../domain/roles';
import type { Store, Tx } from '../store/database';
import { Member, User, Workspace } from '../store/models';
import { lockTeam } from '../store/queries/seats';
import { requireTeamAdmin } from './parts/caller-rights';
import { fulfilByJoining, invitationOfJoiner } from './parts/fulfil-invitation';
import { hasRoom, joinTeam, noSeats } from './parts/join-team';
import { openAccount } from './parts/open-account';
import { allowRoleChange } from './parts/role-changes';
import { auditAndSeat } from './parts/seat-waiting';
import { settleBefore } from './parts/settle-losses';

/** Somebody to add, by e-mail address; `name` is for an account that has to be made. */
export interface NewMember {
  readonly id: string;
  readonly teamId: string;
  readonly email: string;
  readonly name: string;
  readonly roles: readonly AssignableTeamRole[];
}

/** A member with their account. */
export interface MemberWithAccount {
  readonly member: Member;
  readonly user: User;
}

/** Somebody who came in, and the requests whose runs hear of it after the commit. */
export interface AddedMember extends MemberWithAccount {
  readonly changedApprovals: readonly string[];
}

/**
 * Adds a member (TEAM-1, TEAM-3): makes the account when the address has none, and a personal workspace in the team. A
 * guest becomes a member and keeps what they have. An invitation that is open for them is done with it: they have what was
 * granted, and hold one seat, not two (TEAM-4, INVITE-11).
 * @throws {Refusal} `forbidden`, `not_found`; `already_exists` for a member; `no_seats`
 */
export async function addMember(store: Store, cause: Cause, input: NewMember): Promise<AddedMember> {
  const { teamId } = input;
  const roles = [...input.roles];
  const known = await User.query(store.knex).findOne({ email: input.email });
  if (known !== undefined) await settleBefore(store, { teamId, userId: known.id, asOf: cause.asOf });
  return store.inTeam(teamId, async (tx) => {
    const standing = await requireTeamAdmin(tx, teamId, cause.actor);
    const team = await lockTeam(tx, teamId);
    const user = await openAccount(tx, {
      id: input.id,
      email: input.email,
      name: input.name,
      asOf: cause.asOf,
    });
    const there = await Member.query(tx).findById([teamId, user.id]);
    if (there !== undefined && !there.roles.includes('guest')) {
      if (await wasMadeBy(tx, input.id, user)) return { member: there, user, changedApprovals: [] };
      throw new Refusal('already_exists', 'This person is a member of the team.', {
        members: { userId: user.id },
      });
    }
    const before = there?.roles ?? [];
    await allowRoleChange(tx, teamId, standing, { userId: user.id, before, after: roles });
    // The seat that an invitation holds for them is theirs: they take no second one.
    const invitation = await invitationOfJoiner(tx, cause.asOf, teamId, user.email);
    if (!(await hasRoom(tx, team, roles, invitation?.id))) throw noSeats();
    const workspaceId = user.id === input.id ? uuid() : input.id;
    const member = await joinTeam(tx, team, { userId: user.id, roles, workspaceId, asOf: cause.asOf });
    const fulfilled = await fulfilByJoining(tx, cause, invitation, user.id);
    const seated = await auditAndSeat(tx, team, cause, [
      {
        action: there === undefined ? 'team.add_member' : 'guest.converted',
        target: { type: 'user', id: user.id },
        ...(there === undefined ? {} : { before: { roles: before } }),
        after: { email: user.email, roles },
      },
      ...fulfilled.audit,
    ]);
    return { member, user, changedApprovals: [...fulfilled.ids, ...seated] };
  });
}

/** Whether the member came in by an earlier try of the same call, whose answer was lost. */
async function wasMadeBy(tx: Tx, id: string, user: User): Promise<boolean> {
  return user.id === id || (await Workspace.query(tx).findById(id)) !== undefined;
}
