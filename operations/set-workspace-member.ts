import type { Cause } from '../domain/actor';
import { workspaceAllows } from '../domain/permissions';
import { Refusal } from '../domain/refusal';
import type { WorkspaceRole } from '../domain/roles';
import { whoInWorkspace } from '../domain/who-could';
import { appendAudit } from '../store/audit';
import type { Store, Tx } from '../store/database';
import { Element, Member, User, Workspace, WorkspaceRoleRow } from '../store/models';
import { holdingsOfGuests } from '../store/queries/guests';
import { lockTeam } from '../store/queries/seats';
import { forbidden, notFound, personOf } from './parts/caller-rights';
import { changeAccess, type AccessRule, type InTeam } from './parts/change-access';
import type { Aftermath } from './parts/finished-operation';
import { settleFulfilled } from './parts/fulfilled-requests';
import { requireWorkspaceAdmin, seeWorkspace } from './parts/seen';
import { giveWorkspaceRole } from './parts/workspace-roles';

/** Somebody in a workspace of a team. */
export interface WorkspaceMembership {
  readonly workspaceId: string;
  readonly teamId: string | null;
  readonly userId: string;
}

/** Whose role was set, and requests whose runs hear of it after the commit: what they asked for is theirs now. */
export interface WorkspaceRoleSet {
  readonly user: User;
  readonly changedApprovals: readonly string[];
}

/**
 * Gives a member of the team a role in a workspace, over the one they had by name (WORK-2). Requests of theirs for Editor of what
 * lies there are thereby approved (GUEST-6).
 * @throws {Refusal} `not_found`; `forbidden` to all but the workspace's Admins; `conflict` for a personal workspace and for
 * guests; `last_admin` when the workspace would be left without one
 */
export async function setWorkspaceMember(
  store: Store,
  cause: Cause,
  input: WorkspaceMembership & { readonly role: WorkspaceRole },
): Promise<WorkspaceRoleSet> {
  const { workspaceId, teamId, userId, role } = input;
  return store.inTeam(teamId, async (tx) => {
    await requireWorkspaceAdmin(tx, workspaceId, cause.actor);
    if (teamId !== null) await lockTeam(tx, teamId);
    const workspace = await lock(tx, workspaceId);
    if (teamId === null || workspace.visibility === 'personal') throw noMembers();
    const member = await Member.query(tx).findById([teamId, userId]).forShare();
    if (member === undefined) throw notFound('member');
    if (member.roles.includes('guest')) {
      throw new Refusal('conflict', 'A guest has no role in a workspace.');
    }
    const before = await roleByName(tx, workspaceId, userId);
    if (role !== 'admin') await keepAnAdmin(tx, before);
    await giveWorkspaceRole(tx, workspace, { userId, role, asOf: cause.asOf });
    const fulfilled = await settleFulfilled(tx, cause, teamId, [userId]);
    await appendAudit(tx, teamId, cause, [
      {
        action: 'workspace.role_updated',
        target: { type: 'workspace', id: workspaceId },
        before: { userId, role: before?.role ?? null },
        after: { userId, role },
      },
      ...fulfilled.audit,
    ]);
    const user = await User.query(tx).findById(userId).throwIfNotFound();
    return { user, changedApprovals: fulfilled.changed };
  });
}

/** {@link removeWorkspaceMember} as a change that may take access away. */
export const workspaceMemberRemoval: AccessRule<Omit<WorkspaceMembership, 'teamId'>> = {
  type: 'workspace_member_remove',
  judge: async (tx, cause, { workspaceId, userId }, team) => {
    const { role } = await seeWorkspace(tx, workspaceId, cause.actor);
    if (!workspaceAllows('manage', role) && personOf(cause.actor) !== userId) {
      throw forbidden(whoInWorkspace('manage'));
    }
    await lock(tx, workspaceId);
    const before = await roleByName(tx, workspaceId, userId);
    if (team === null) throw notFound('member of the workspace');
    const elements = await Element.query(tx).where({ workspaceId }).whereNull('deletedAt').select('id');
    const elementIds = elements.map((element) => element.id);
    const held = await holdingsOfGuests(tx, team.id, { elementIds: [], userIds: [userId] });
    const isGuestHere = held.some(({ elementId }) => elementIds.includes(elementId));
    if (before === null && !isGuestHere) throw notFound('member of the workspace');
    await keepAnAdmin(tx, before);
    return {
      guests: { takes: elementIds, from: [userId], linkOff: null },
      act: async () => {
        if (before !== null) await WorkspaceRoleRow.query(tx).deleteById(before.id);
        const removed = {
          action: 'workspace.role_removed',
          target: { type: 'workspace', id: workspaceId },
          before: { userId, role: before?.role ?? 'guest_viewer' },
        };
        return { result: { workspaceId, userId }, audit: [removed], changed: [] };
      },
    };
  },
};

/**
 * Takes somebody's role by name in a workspace away; anybody may leave by themselves. Roles on elements stay (GUEST-5), but for
 * a guest, who is in the workspace through them alone (GUEST-4).
 * @throws {Refusal} `not_found`; `forbidden` to all but the workspace's Admins; `last_admin`
 */
export async function removeWorkspaceMember(
  store: Store,
  cause: Cause,
  input: WorkspaceMembership & InTeam,
): Promise<Aftermath> {
  return changeAccess(store, cause, workspaceMemberRemoval, input);
}

async function lock(tx: Tx, workspaceId: string): Promise<Workspace> {
  return Workspace.query(tx).findById(workspaceId).forNoKeyUpdate().throwIfNotFound();
}

async function roleByName(tx: Tx, workspaceId: string, userId: string): Promise<WorkspaceRoleRow | null> {
  return (await WorkspaceRoleRow.query(tx).findOne({ workspaceId, userId })) ?? null;
}

/** A workspace without an Admin could never be managed again. The workspace's row is locked. */
async function keepAnAdmin(tx: Tx, leaving: WorkspaceRoleRow | null): Promise<void> {
  if (leaving?.role !== 'admin') return;
  const others = await WorkspaceRoleRow.query(tx)
    .where({ workspaceId: leaving.workspaceId, role: 'admin' })
    .whereNot({ id: leaving.id });
  if (others.length > 0) return;
  throw new Refusal('last_admin', 'This is the workspace’s last Admin: make another one first.');
}

function noMembers(): Refusal {
  return new Refusal('conflict', 'A personal workspace has no members but its owner.');
}
