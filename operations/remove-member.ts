import type { Cause } from '../domain/actor';
import type { Store, Tx } from '../store/database';
import { ElementRoleRow, Member, User, WorkspaceRoleRow } from '../store/models';
import { notFound, requireTeamAdmin } from './parts/caller-rights';
import { changeAccess, type AccessRule, type InTeam } from './parts/change-access';
import { closeForPerson } from './parts/close-requests';
import type { Aftermath } from './parts/finished-operation';
import { pendingIds } from './parts/pending-ids';
import { allowRoleChange } from './parts/role-changes';

/** Who is removed from which team. */
export interface MemberRemoval {
  readonly teamId: string;
  readonly userId: string;
}

/** {@link removeMember} as a change that takes access away. */
export const memberRemoval: AccessRule<MemberRemoval> = {
  type: 'member_remove',
  judge: async (tx, cause, { teamId, userId }) => {
    const standing = await requireTeamAdmin(tx, teamId, cause.actor);
    const member = await Member.query(tx).findById([teamId, userId]);
    if (member === undefined) throw notFound('member');
    await allowRoleChange(tx, teamId, standing, { userId, before: member.roles, after: [] });
    if (member.roles.includes('guest')) {
      return {
        guests: { takes: [], from: null, linkOff: null, leaves: [userId] },
        act: () => Promise.resolve({ result: { userId }, audit: [], changed: [] }),
      };
    }
    return {
      guests: null,
      gone: { userIds: [userId] },
      act: async () => {
        const user = await User.query(tx).findById(userId).throwIfNotFound();
        await takeAway(tx, member);
        const closing = await closeForPerson(tx, cause, teamId, user);
        const removed = {
          action: 'team.remove_member',
          target: { type: 'user', id: userId },
          before: { email: user.email, roles: member.roles },
        };
        // Who leaves may be an approver, or have handed over or been handed decisions: others are asked from now on.
        const changed = [...closing.changed, ...(await pendingIds(tx, teamId))];
        return { result: { userId }, audit: [removed, ...closing.audit], changed };
      },
    };
  },
};

/**
 * Removes a member (TEAM-8) or a guest: their roles by name and in groups go with the row, what they shared stays, requests by
 * and for them close. All of it is true when this returns.
 * @throws {Refusal} `not_found`, `forbidden`, `last_admin`
 */
export async function removeMember(
  store: Store,
  cause: Cause,
  input: MemberRemoval & InTeam,
): Promise<Aftermath> {
  return changeAccess(store, cause, memberRemoval, input);
}

async function takeAway(tx: Tx, { teamId, userId }: Member): Promise<void> {
  await ElementRoleRow.query(tx).where({ teamId, userId }).delete();
  await WorkspaceRoleRow.query(tx).where({ teamId, userId }).delete();
  // Memberships in groups go with the row.
  await Member.query(tx).deleteById([teamId, userId]);
}
