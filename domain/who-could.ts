import {
  ELEMENT_PERMISSIONS,
  TEAM_PERMISSIONS,
  WORKSPACE_PERMISSIONS,
  type ElementAction,
  type TeamAction,
  type WorkspaceAction,
} from './permissions';
import type { ElementRole, TeamRole, WorkspaceRole } from './roles';

/** Roles as people read them. */
export const ROLE_NAMES: Readonly<Record<TeamRole | WorkspaceRole | ElementRole, string>> = {
  super_admin: 'Super Admin',
  admin: 'Admin',
  developer: 'Developer',
  billing: 'Billing',
  community_manager: 'Community Manager',
  guest: 'Guest',
  guest_viewer: 'Guest Viewer',
  viewer: 'Viewer',
  editor: 'Editor',
};

/** The sentence for somebody whose team roles do not allow this: it says which role could. */
export function whoInTeam(action: TeamAction): string {
  const roles: readonly TeamRole[] = TEAM_PERMISSIONS[action].roles;
  if (roles.length === 0) return 'This takes the operator’s token.';
  return `This takes the team role ${either(roles)}.`;
}

/** The sentence for somebody whose role in the workspace does not allow this. */
export function whoInWorkspace(action: WorkspaceAction): string {
  return `This takes the role ${either(WORKSPACE_PERMISSIONS[action].roles)} in the workspace.`;
}

/** The sentence for somebody whose role on the element does not allow this. */
export function whoOnElement(action: ElementAction): string {
  return `This takes the role ${either(ELEMENT_PERMISSIONS[action].roles)} on the element.`;
}

function either(roles: readonly (TeamRole | WorkspaceRole | ElementRole)[]): string {
  const names = roles.map((role) => ROLE_NAMES[role]);
  const last = names.pop() ?? '';
  return names.length === 0 ? last : `${names.join(', ')} or ${last}`;
}
