import type { Cause } from '../domain/actor';
import { workspaceAllows } from '../domain/permissions';
import { Refusal } from '../domain/refusal';
import type { WorkspaceRole } from '../domain/roles';
import { whoInWorkspace } from '../domain/who-could';
import { appendAudit } from '../store/audit';
import type { Store, Tx } from '../store/database';
import { Element, Member, User, Workspace, WorkspaceRoleRow } from '../store/models';
import { lockTeam } from '../store/queries/seats';
import { applyToGuests } from './parts/guest-effects';
import { forbidden, notFound, personOf } from './parts/caller-rights';
import { recordFinished, type Aftermath } from './parts/finished-operation';
import { requireWorkspaceAdmin, seeWorkspace } from './parts/seen';
import { giveWorkspaceRole } from './parts/workspace-roles';

/** Somebody in a workspace of a team. */
export interface WorkspaceMembership {
  readonly workspaceId: string;
  readonly teamId: string | null;
  readonly userId: string;
}

/**
 * Gives a member of the team a role in a workspace, over the one they had by name (WORK-2).
 * @throws {Refusal} `not_found`; `forbidden` to all but the workspace's Admins; `conflict` for a personal workspace and for
 * guests; `last_admin` when the workspace would be left without one
 */
export async function setWorkspaceMember(
  store: Store,
  cause: Cause,
  input: WorkspaceMembership & { readonly role: WorkspaceRole },
): Promise<User> {
  const { workspaceId, teamId, userId, role } = input;
  return store.inTeam(teamId, async (tx) => {
    await requireWorkspaceAdmin(tx, workspaceId, cause.actor);
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
    await appendAudit(tx, teamId, cause, [
      {
        action: 'workspace.role_updated',
        target: { type: 'workspace', id: workspaceId },
        before: { userId, role: before?.role ?? null },
        after: { userId, role },
      },
    ]);
    return User.query(tx).findById(userId).throwIfNotFound();
  });
}

/**
 * Takes somebody's role by name in a workspace away; anybody may leave by themselves. Roles on elements stay (GUEST-5).
 * @throws {Refusal} `not_found`; `forbidden` to all but the workspace's Admins; `last_admin`
 */
export async function removeWorkspaceMember(
  store: Store,
  cause: Cause,
  input: WorkspaceMembership & { readonly id: string },
): Promise<Aftermath> {
  const { id, workspaceId, teamId, userId } = input;
  return store.inTeam(teamId, async (tx) => {
    // Joins and other causes of a guest's leaving begin with the team's lock, too.
    if (teamId !== null) await lockTeam(tx, teamId);
    const { role } = await seeWorkspace(tx, workspaceId, cause.actor);
    if (!workspaceAllows('manage', role) && personOf(cause.actor) !== userId) {
      throw forbidden(whoInWorkspace('manage'));
    }
    await lock(tx, workspaceId);
    const before = await roleByName(tx, workspaceId, userId);
    if (teamId === null) throw notFound('member of the workspace');
    const elements = await Element.query(tx).where({ workspaceId }).whereNull('deletedAt').select('id');
    const change = { takes: elements.map((element) => element.id), from: [userId], linkOff: null };
    const guests = await applyToGuests(tx, cause, teamId, change, 'workspace_member_remove');
    if (before === null && guests.audit.length === 0) throw notFound('member of the workspace');
    await keepAnAdmin(tx, before);
    await before?.$query(tx).delete();
    const result = { workspaceId, userId, ...guests.counts, changedApprovals: guests.changed };
    const operation = await recordFinished(tx, cause, {
      id,
      teamId,
      type: 'workspace_member_remove',
      result,
    });
    await appendAudit(tx, teamId, cause, [
      {
        action: 'workspace.role_removed',
        target: { type: 'workspace', id: workspaceId },
        before: { userId, role: before?.role ?? 'guest_viewer' },
      },
      ...guests.audit,
    ]);
    return { operation, changedApprovals: guests.changed };
  });
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
