import { elementAllows, teamAllows } from './permissions';
import {
  strongestElementRole,
  strongestWorkspaceRole,
  type ElementRole,
  type ElementType,
  type TeamRole,
  type Visibility,
  type WorkspaceRole,
} from './roles';

/** What one person holds that bears on one element. Null team roles: no member of the team. */
export interface Holdings {
  readonly teamRoles: readonly TeamRole[];
  readonly visibility: Visibility;
  /** Whether the workspace is this person's personal one. */
  readonly ownsWorkspace: boolean;
  /** Roles in the element's workspace, own and through groups. */
  readonly workspaceRoles: readonly WorkspaceRole[];
  /** Roles on the element by name, own and through groups. */
  readonly elementRoles: readonly ElementRole[];
}

/** Team roles that make workspaces and are their Admins (WORK-2). */
export function mayMakeWorkspaces(teamRoles: readonly TeamRole[]): boolean {
  return teamAllows('make_workspaces', teamRoles);
}

/** Whether a team role opens the team's team and public workspaces: any but guest, plain Admin and Billing (TEAM-6). */
export function seesTeamContent(teamRoles: readonly TeamRole[]): boolean {
  return teamAllows('see_open_workspaces', teamRoles);
}

/** Whether anyone may view a thing without signing in, run it and link to it: a collection in a public workspace (SHARE-6). */
export function isPublicCollection(type: ElementType, visibility: Visibility): boolean {
  return type === 'collection' && visibility === 'public';
}

/** The person's role in the workspace: the strongest of what they hold by name and what the team gives (WORK-2, TEAM-6). */
export function effectiveWorkspaceRole(
  held: Pick<Holdings, 'teamRoles' | 'visibility' | 'ownsWorkspace' | 'workspaceRoles'>,
): WorkspaceRole | null {
  if (held.visibility === 'personal') return held.ownsWorkspace ? 'admin' : null;
  const open = held.visibility === 'team' || held.visibility === 'public';
  return strongestWorkspaceRole([
    ...held.workspaceRoles,
    open && seesTeamContent(held.teamRoles) ? 'viewer' : null,
  ]);
}

/** The person's role on the element: the strongest of all they hold, by name, group, workspace or team (WORK-2). */
export function effectiveElementRole(held: Holdings): ElementRole | null {
  return strongestElementRole([...held.elementRoles, elementRoleIn(effectiveWorkspaceRole(held))]);
}

/** What a workspace role gives on all elements in it: Admin and Editor edit, Viewer views (WORK-2). */
export function elementRoleIn(workspaceRole: WorkspaceRole | null): ElementRole | null {
  if (workspaceRole === null) return null;
  return workspaceRole === 'viewer' ? 'viewer' : 'editor';
}

/** Whether somebody may ask to become Editor (GUEST-6): whoever sees the element and does not edit it yet. */
export function mayAskToEdit(role: ElementRole | null): boolean {
  return elementAllows('view', role) && !elementAllows('edit', role);
}

/**
 * Whether an element can be forked (SHARE-6): by its Viewers and Editors, and in a public workspace by everybody who signed
 * in. A guest's role alone views and no more (GUEST-2).
 */
export function mayFork(role: ElementRole | null, visibility: Visibility): boolean {
  return visibility === 'public' || elementAllows('fork', role);
}
