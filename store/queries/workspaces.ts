import { elementRoleIn } from '../../domain/access';
import { strongestWorkspaceRole, type ElementRole, type WorkspaceRole } from '../../domain/roles';
import type { Tx } from '../database';
import { Element, ElementVersion, GroupMember, Member, Workspace, WorkspaceRoleRow } from '../models';
import { elementRoleOf, workspaceRoleOf } from './access';
import { idAfter, pageOf, type Page, type PageRequest } from './page';

/** A workspace with somebody's role in it; null for whoever merely sees it because it is public. */
export interface ListedWorkspace {
  readonly workspace: Workspace;
  readonly role: WorkspaceRole | null;
}

/** Who looks at a team's workspaces. */
export interface WorkspaceViewer {
  /** Null for a service token, which sees team and public ones. */
  readonly userId: string | null;
  /** Whether the team's open workspaces are open to them (TEAM-6). */
  readonly seesOpen: boolean;
}

/** A team's workspaces that somebody sees, newest first. */
export async function listWorkspaces(
  tx: Tx,
  teamId: string,
  viewer: WorkspaceViewer,
  page: PageRequest,
): Promise<Page<ListedWorkspace>> {
  const { userId, seesOpen } = viewer;
  const after = idAfter(page);
  const rows = await Workspace.query(tx)
    .where({ teamId })
    .whereNull('deletedAt')
    .where((by) => {
      void by.where({ visibility: 'public' });
      if (seesOpen) void by.orWhere({ visibility: 'team' });
      if (userId === null) return;
      void by.orWhere({ visibility: 'personal', ownerId: userId });
      void by.orWhereIn('id', rolesOf(tx, userId).select('workspaceId'));
    })
    .modify((query) => {
      if (after !== null) void query.where('id', '<', after);
    })
    .orderBy('id', 'desc')
    .limit(page.limit + 1);
  const { rows: workspaces, next } = pageOf(rows, page.limit, (workspace) => workspace.id);
  const listed: ListedWorkspace[] = [];
  for (const workspace of workspaces) {
    const role = userId === null ? 'viewer' : await workspaceRoleOf(tx, workspace, userId);
    listed.push({ workspace, role });
  }
  return { rows: listed, next };
}

/** One person's personal workspaces, in teams that they are a member of and outside. The transaction sees all teams. */
export async function listPersonalWorkspaces(
  tx: Tx,
  userId: string,
  page: PageRequest,
): Promise<Page<Workspace>> {
  const after = idAfter(page);
  const teams = Member.query(tx).where({ userId }).whereRaw(`not 'guest' = any (roles)`).select('teamId');
  const rows = await Workspace.query(tx)
    .where({ ownerId: userId })
    .whereNull('deletedAt')
    .where((by) => void by.whereNull('teamId').orWhereIn('teamId', teams))
    .modify((query) => {
      if (after !== null) void query.where('id', '<', after);
    })
    .orderBy('id', 'desc')
    .limit(page.limit + 1);
  return pageOf(rows, page.limit, (workspace) => workspace.id);
}

function rolesOf(tx: Tx, userId: string) {
  const groups = GroupMember.query(tx).where({ userId }).select('groupId');
  return WorkspaceRoleRow.query(tx).where((by) => void by.where({ userId }).orWhereIn('groupId', groups));
}

/** Somebody, or a group, with a role by name in a workspace. */
export interface WorkspaceMember {
  readonly userId: string | null;
  readonly groupId: string | null;
  readonly name: string;
  readonly role: WorkspaceRole;
}

/** Roles by name in a workspace, the newest first; one user's alone when `userId` is given. */
export async function listWorkspaceMembers(
  tx: Tx,
  workspaceId: string,
  page: PageRequest,
  userId?: string,
): Promise<Page<WorkspaceMember>> {
  const after = idAfter(page);
  const rows = await WorkspaceRoleRow.query(tx)
    .alias('r')
    .leftJoin('users as u', 'u.id', 'r.userId')
    .leftJoin('groups as g', 'g.id', 'r.groupId')
    .where('r.workspaceId', workspaceId)
    .modify((query) => {
      if (userId !== undefined) void query.where('r.userId', userId);
      if (after !== null) void query.where('r.id', '<', after);
    })
    .orderBy('r.id', 'desc')
    .limit(page.limit + 1)
    .select('r.id', 'r.userId', 'r.groupId', 'r.role')
    .select(tx.raw('coalesce(u.name, g.name) as name'))
    .castTo<(WorkspaceMember & { id: string })[]>();
  return pageOf(rows, page.limit, (row) => row.id);
}

/** An element with somebody's role on it and the ETag of its newest version. */
export interface ListedElement {
  readonly element: Element;
  readonly role: ElementRole | null;
}

/**
 * The elements of a workspace, newest first, with one person's role on each.
 * @param userId null for a viewer who is no person
 * @param roleHere the viewer's role in the workspace
 */
export async function listElements(
  tx: Tx,
  workspace: Workspace,
  viewer: { readonly userId: string | null; readonly roleHere: WorkspaceRole | null },
  page: PageRequest,
): Promise<Page<ListedElement>> {
  const after = idAfter(page);
  const rows = await Element.query(tx)
    .where({ workspaceId: workspace.id })
    .whereNull('deletedAt')
    .modify((query) => {
      if (after !== null) void query.where('id', '<', after);
    })
    .orderBy('id', 'desc')
    .limit(page.limit + 1);
  const { rows: elements, next } = pageOf(rows, page.limit, (element) => element.id);
  const listed: ListedElement[] = [];
  for (const element of elements) {
    const byName =
      viewer.userId === null ? null : await elementRoleOf(tx, { element, workspace }, viewer.userId);
    listed.push({ element, role: byName ?? elementRoleIn(strongestWorkspaceRole([viewer.roleHere])) });
  }
  return { rows: listed, next };
}

/** The newest version of an element's document, with its text. */
export async function newestVersion(tx: Tx, element: Element): Promise<ElementVersion> {
  return ElementVersion.query(tx).findById([element.id, element.version]).throwIfNotFound();
}
