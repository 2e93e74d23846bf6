import { v7 as uuid } from 'uuid';
import type { Cause } from '../domain/actor';
import { isTeamAdmin } from '../domain/approval';
import type { AssignableTeamRole } from '../domain/roles';
import type { Store } from '../store/database';
import { Member, User } from '../store/models';
import { lockTeam } from '../store/queries/seats';
import type { MemberWithAccount } from './add-member';
import { notFound, requireTeamAdmin } from './parts/caller-rights';
import { pendingIds } from './parts/pending-ids';
import { auditAndSeat } from './parts/seat-waiting';
import { fulfilByJoining, invitationOfJoiner } from './parts/fulfil-invitation';
import { joinTeam, noSeats, roomAfterChange } from './parts/join-team';
import { allowRoleChange } from './parts/role-changes';

/** A member's new team roles, instead of the old ones. */
export interface NewRoles {
  readonly teamId: string;
  readonly userId: string;
  readonly roles: readonly AssignableTeamRole[];
  /** Whether it is a guest's conversion: nobody else is there to be converted. */
  readonly ofGuest?: true;
}

/** A member with other roles, and requests whose runs hear of it after the commit: others may decide on them now. */
export interface ChangedMember extends MemberWithAccount {
  readonly changedApprovals: readonly string[];
}

/**
 * Changes a member's team roles (TEAM-1, TEAM-8). A guest becomes a member and keeps what they have.
 * @throws {Refusal} `not_found`, `forbidden`, `last_admin`; `no_seats` when the new roles take a further seat
 */
export async function changeMemberRoles(store: Store, cause: Cause, input: NewRoles): Promise<ChangedMember> {
  const { teamId, userId } = input;
  const roles = [...input.roles];
  return store.inTeam(teamId, async (tx) => {
    const standing = await requireTeamAdmin(tx, teamId, cause.actor);
    const team = await lockTeam(tx, teamId);
    const there = await Member.query(tx).findById([teamId, userId]);
    if (there === undefined) throw notFound('member');
    if (input.ofGuest && !there.roles.includes('guest')) throw notFound('guest');
    await allowRoleChange(tx, teamId, standing, { userId, before: there.roles, after: roles });
    const user = await User.query(tx).findById(userId).throwIfNotFound();
    // A guest may have been invited as a member: the seat that is held for them is theirs.
    const isGuest = there.roles.includes('guest');
    const invitation = isGuest ? await invitationOfJoiner(tx, cause.asOf, teamId, user.email) : null;
    if (!(await roomAfterChange(tx, team, there.roles, roles, invitation?.id))) throw noSeats();
    const member = await joinTeam(tx, team, { userId, roles, workspaceId: uuid(), asOf: cause.asOf });
    const fulfilled = await fulfilByJoining(tx, cause, invitation, userId);
    const seated = await auditAndSeat(tx, team, cause, [
      {
        action: isGuest ? 'guest.converted' : 'team.update_user_roles',
        target: { type: 'user', id: userId },
        before: { roles: there.roles },
        after: { roles },
      },
      ...fulfilled.audit,
    ]);
    const changesApprovers = isTeamAdmin(there.roles) !== isTeamAdmin(roles);
    return {
      ...{ member, user },
      changedApprovals: [
        ...fulfilled.ids,
        ...seated,
        ...(changesApprovers ? await pendingIds(tx, teamId) : []),
      ],
    };
  });
}
