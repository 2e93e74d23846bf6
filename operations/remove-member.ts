import type { Cause } from '../domain/actor';
import type { Store, Tx } from '../store/database';
import { ElementRoleRow, Member, User, WorkspaceRoleRow } from '../store/models';
import { lockTeam } from '../store/queries/seats';
import { notFound, requireTeamAdmin } from './parts/caller-rights';
import { closeForPerson } from './parts/close-requests';
import { pendingIds } from './parts/pending-ids';
import { auditAndSeat } from './parts/seat-waiting';
import { recordFinished, type Aftermath } from './parts/finished-operation';
import { allowRoleChange } from './parts/role-changes';

/** Who is removed from which team. */
export interface MemberRemoval {
  /** Id of the operation that this makes. */
  readonly id: string;
  readonly teamId: string;
  readonly userId: string;
}

/**
 * Removes a member (TEAM-8): their roles by name and in groups go with the row, what they shared stays, requests by and for
 * them close. All of it is true when this returns.
 * @throws {Refusal} `not_found`, `forbidden`, `last_admin`
 */
export async function removeMember(store: Store, cause: Cause, input: MemberRemoval): Promise<Aftermath> {
  const { id, teamId, userId } = input;
  return store.inTeam(teamId, async (tx) => {
    const standing = await requireTeamAdmin(tx, teamId, cause.actor);
    const team = await lockTeam(tx, teamId);
    const member = await Member.query(tx).findById([teamId, userId]);
    if (member === undefined) throw notFound('member');
    await allowRoleChange(tx, teamId, standing, { userId, before: member.roles, after: [] });
    const user = await User.query(tx).findById(userId).throwIfNotFound();
    await takeAway(tx, member);
    const closing = await closeForPerson(tx, cause, teamId, user);
    const result = { userId, changedApprovals: closing.changed };
    const operation = await recordFinished(tx, cause, { id, teamId, type: 'member_remove', result });
    const seated = await auditAndSeat(tx, team, cause, [
      {
        action: member.roles.includes('guest') ? 'guest.removed' : 'team.remove_member',
        target: { type: 'user', id: userId },
        before: { email: user.email, roles: member.roles },
        ...(member.roles.includes('guest') ? { after: { cause: 'member_remove' } } : {}),
      },
      ...closing.audit,
    ]);
    // Who leaves may be an approver, or have handed over or been handed decisions: others are asked from now on.
    const pending = member.roles.includes('guest') ? [] : await pendingIds(tx, teamId);
    return { operation, changedApprovals: [...new Set([...closing.changed, ...seated, ...pending])] };
  });
}

async function takeAway(tx: Tx, { teamId, userId }: Member): Promise<void> {
  await ElementRoleRow.query(tx).where({ teamId, userId }).delete();
  await WorkspaceRoleRow.query(tx).where({ teamId, userId }).delete();
  // Memberships in groups go with the row.
  await Member.query(tx).deleteById([teamId, userId]);
}
