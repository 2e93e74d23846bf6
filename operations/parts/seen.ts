import type { Actor } from '../../domain/actor';
import { elementAllows, workspaceAllows, type WorkspaceAction } from '../../domain/permissions';
import type { ElementRole, WorkspaceRole } from '../../domain/roles';
import { whoInWorkspace, whoOnElement } from '../../domain/who-could';
import type { Tx } from '../../store/database';
import type { Workspace } from '../../store/models';
import {
  elementRoleOf,
  findElement,
  findWorkspace,
  workspaceRoleOf,
  type Placed,
} from '../../store/queries/access';
import { forbidden, notFound } from './caller-rights';

/** Who looks: somebody, or null for a caller who did not sign in. */
export type Viewer = Actor | null;

/** A workspace as somebody sees it. The role is null only for a caller who did not sign in. */
export interface SeenWorkspace {
  readonly workspace: Workspace;
  readonly role: WorkspaceRole | null;
}

/** An element as somebody sees it. The role is null only for a caller who did not sign in. */
export interface SeenElement extends Placed {
  readonly role: ElementRole | null;
}

/**
 * A workspace, for whoever has a role in it; a public one for everybody (WORK-1, SHARE-6). Service tokens view their
 * team's team and public workspaces.
 * @throws {Refusal} `not_found` to all others, `forbidden` to the operator, who sees no content
 */
export async function seeWorkspace(tx: Tx, workspaceId: string, viewer: Viewer): Promise<SeenWorkspace> {
  refuseOperator(viewer);
  const workspace = await findWorkspace(tx, workspaceId);
  if (workspace === null) throw notFound('workspace');
  const role = viewer?.type === 'person' ? await workspaceRoleOf(tx, workspace, viewer.userId) : null;
  if (role !== null) return { workspace, role };
  if (!isOpenTo(workspace, viewer)) throw notFound('workspace');
  return { workspace, role: viewer === null ? null : 'viewer' };
}

/**
 * An element, for whoever has a role on it; one in a public workspace for everybody (WORK-2, SHARE-6).
 * @throws {Refusal} `not_found` to all others, `forbidden` to the operator, who sees no content
 */
export async function seeElement(tx: Tx, elementId: string, viewer: Viewer): Promise<SeenElement> {
  refuseOperator(viewer);
  const placed = await findElement(tx, elementId);
  if (placed === null) throw notFound('element');
  const role = viewer?.type === 'person' ? await elementRoleOf(tx, placed, viewer.userId) : null;
  if (role !== null) return { ...placed, role };
  if (!isOpenTo(placed.workspace, viewer)) throw notFound('element');
  return { ...placed, role: viewer === null ? null : 'viewer' };
}

/**
 * A workspace, for its Admins.
 * @throws {Refusal} as {@link seeWorkspace}, and `forbidden` to Editors and Viewers
 */
export async function requireWorkspaceAdmin(tx: Tx, workspaceId: string, actor: Actor): Promise<Workspace> {
  const { workspace, role } = await seeWorkspace(tx, workspaceId, actor);
  return requireIn('manage', workspace, role);
}

/**
 * A workspace, for those who put elements into it: Admins and Editors (WORK-2).
 * @throws {Refusal} as {@link seeWorkspace}, and `forbidden` to Viewers
 */
export async function requireWorkspaceEditor(tx: Tx, workspaceId: string, actor: Actor): Promise<Workspace> {
  const { workspace, role } = await seeWorkspace(tx, workspaceId, actor);
  return requireIn('fill', workspace, role);
}

/**
 * An element, for its Editors.
 * @throws {Refusal} as {@link seeElement}, and `forbidden` to Viewers and guests
 */
export async function requireElementEditor(tx: Tx, elementId: string, actor: Actor): Promise<Placed> {
  const { role, ...placed } = await seeElement(tx, elementId, actor);
  if (elementAllows('edit', role)) return placed;
  throw forbidden(whoOnElement('edit'));
}

function requireIn(action: WorkspaceAction, workspace: Workspace, role: WorkspaceRole | null): Workspace {
  if (workspaceAllows(action, role)) return workspace;
  throw forbidden(whoInWorkspace(action));
}

function isOpenTo(workspace: Workspace, viewer: Viewer): boolean {
  if (workspace.visibility === 'public') return true;
  return workspace.visibility === 'team' && viewer?.type === 'service' && viewer.teamId === workspace.teamId;
}

function refuseOperator(viewer: Viewer): void {
  if (viewer?.type === 'operator') throw forbidden('The operator sets up and sees no content.');
}
