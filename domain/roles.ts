/** Roles and their order. Pure words of the business: everybody may read them, workflows included. */

/** Team roles (TEAM-1). A member holds one or more and their permissions add up; `guest` stands alone. */
export const TEAM_ROLES = [
  'super_admin',
  'admin',
  'developer',
  'billing',
  'community_manager',
  'guest',
] as const;
export type TeamRole = (typeof TEAM_ROLES)[number];

/** Team roles that a person may be given by hand: all but `guest`, which only a guest link gives (TEAM-1). */
export const ASSIGNABLE_TEAM_ROLES = [
  'super_admin',
  'admin',
  'developer',
  'billing',
  'community_manager',
] as const;
export type AssignableTeamRole = (typeof ASSIGNABLE_TEAM_ROLES)[number];

/** Whether these are the team roles of a member who is no guest; somebody outside has none. */
export function isInsider(roles: readonly TeamRole[]): boolean {
  return roles.some((role) => role !== 'guest');
}

/** Roles on an element, weakest first. `guest_viewer` comes only from a guest link. */
export const ELEMENT_ROLES = ['guest_viewer', 'viewer', 'editor'] as const;
export type ElementRole = (typeof ELEMENT_ROLES)[number];

/** Element roles that a share may give (SHARE-2). */
export const SHARE_ROLES = ['viewer', 'editor'] as const;
export type ShareRole = (typeof SHARE_ROLES)[number];

/** Roles in a workspace, weakest first (WORK-2). */
export const WORKSPACE_ROLES = ['viewer', 'editor', 'admin'] as const;
export type WorkspaceRole = (typeof WORKSPACE_ROLES)[number];

/** Who sees a workspace (WORK-1). */
export const VISIBILITIES = ['personal', 'private', 'team', 'public'] as const;
export type Visibility = (typeof VISIBILITIES)[number];

/** Elements that can be shared. */
export const ELEMENT_TYPES = ['collection', 'api', 'environment'] as const;
export type ElementType = (typeof ELEMENT_TYPES)[number];

/** The strongest of the given element roles, or null when there is none (WORK-2). */
export function strongestElementRole(roles: readonly (ElementRole | null)[]): ElementRole | null {
  return roles.reduce<ElementRole | null>(
    (best, role) => (elementRank(role) > elementRank(best) ? role : best),
    null,
  );
}

/** Whether `held` gives at least what `wanted` gives. Null holds nothing. */
export function elementRoleCovers(held: ElementRole | null, wanted: ElementRole): boolean {
  return elementRank(held) >= elementRank(wanted);
}

/** The weaker of two share roles: of different grants the lowest holds (INVITE-6). */
export function lowerShareRole(one: ShareRole, other: ShareRole): ShareRole {
  return elementRank(one) <= elementRank(other) ? one : other;
}

/** The strongest of the given workspace roles, or null. */
export function strongestWorkspaceRole(roles: readonly (WorkspaceRole | null)[]): WorkspaceRole | null {
  return roles.reduce<WorkspaceRole | null>(
    (best, role) => (workspaceRank(role) > workspaceRank(best) ? role : best),
    null,
  );
}

function elementRank(role: ElementRole | null): number {
  return role === null ? -1 : ELEMENT_ROLES.indexOf(role);
}

function workspaceRank(role: WorkspaceRole | null): number {
  return role === null ? -1 : WORKSPACE_ROLES.indexOf(role);
}
