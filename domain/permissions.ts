import { ELEMENT_ROLES, TEAM_ROLES, WORKSPACE_ROLES } from './roles';
import type { ElementRole, TeamRole, WorkspaceRole } from './roles';

/** Who may do something: roles that give it, and programs. */
interface Row<Role extends string> {
  /** What it is, for people who read the table. */
  readonly what: string;
  readonly roles: readonly Role[];
  /** Service tokens of the team, which act for no person and never decide. */
  readonly service?: true;
  /** The operator, who sets teams up and sees no content. */
  readonly operator?: true;
}

const ADMINS = ['admin', 'super_admin'] as const;
const MAKERS = ['developer', 'community_manager', 'super_admin'] as const;
const INSIDERS = ['super_admin', 'admin', 'developer', 'billing', 'community_manager'] as const;

/** What team roles allow (TEAM-1, 5, 6, 8; WORK-2; INVITE-1, 3). Several roles add up; a guest's stands alone. */
export const TEAM_PERMISSIONS = {
  see_team: { what: 'See that the team is there', roles: TEAM_ROLES, service: true, operator: true },
  read_people: {
    what: 'Read members, groups, seats and policy',
    roles: INSIDERS,
    service: true,
    operator: true,
  },
  share: { what: 'Share an element that one sees', roles: INSIDERS, service: true },
  make_workspaces: { what: 'Make workspaces, as their Admin', roles: MAKERS },
  see_open_workspaces: {
    what: 'View everything in the team’s team and public workspaces',
    roles: MAKERS,
    service: true,
  },
  administer: {
    what: 'Change members, groups, service tokens, policy and Slack settings',
    roles: ADMINS,
    operator: true,
  },
  touch_super_admins: {
    what: 'Make, change or remove a Super Admin, once there is one',
    roles: ['super_admin'],
    operator: true,
  },
  set_terms: { what: 'Change plan, seats, Auto-Flex, SSO and durations', roles: [], operator: true },
  read_audit_log: {
    what: 'Read the audit log',
    roles: [...ADMINS, 'community_manager'],
    service: true,
    operator: true,
  },
  read_all_requests: { what: 'Read everybody’s requests and invitations', roles: ADMINS, service: true },
  decide: { what: 'Approve and deny what others asked for', roles: ADMINS },
  invite_directly: { what: 'Invite external people without approval, on any plan', roles: ADMINS },
} as const satisfies Record<string, Row<TeamRole>>;

/** What a role in a workspace allows (WORK-1, WORK-2). */
export const WORKSPACE_PERMISSIONS = {
  view: { what: 'See the workspace, its people and what is in it', roles: WORKSPACE_ROLES, service: true },
  fill: { what: 'Put elements in, from outside or from another workspace', roles: ['editor', 'admin'] },
  manage: { what: 'Change name, visibility and people, or delete it', roles: ['admin'] },
} as const satisfies Record<string, Row<WorkspaceRole>>;

/** What a role on an element allows (WORK-3, SHARE-2, SHARE-6, GUEST-2). */
export const ELEMENT_PERMISSIONS = {
  view: { what: 'Read the element and its document', roles: ELEMENT_ROLES, service: true },
  read_roles: {
    what: 'Read who holds a role on it, and its guest link',
    roles: ['viewer', 'editor'],
    service: true,
  },
  fork: { what: 'Copy it into a workspace of one’s own', roles: ['viewer', 'editor'] },
  give_roles: { what: 'Choose Viewer or Editor for those one shares it with', roles: ['editor'] },
  edit: { what: 'Change, move and delete it, and manage its roles', roles: ['editor'] },
} as const satisfies Record<string, Row<ElementRole>>;

export type TeamAction = keyof typeof TEAM_PERMISSIONS;
export type WorkspaceAction = keyof typeof WORKSPACE_PERMISSIONS;
export type ElementAction = keyof typeof ELEMENT_PERMISSIONS;

/** Whether team roles allow something: permissions add up, and a guest is nothing besides (TEAM-1). */
export function teamAllows(action: TeamAction, held: readonly TeamRole[]): boolean {
  const roles: readonly TeamRole[] = TEAM_PERMISSIONS[action].roles;
  const counted = held.includes('guest') ? held.filter((role) => role === 'guest') : held;
  return counted.some((role) => roles.includes(role));
}

/** Whether a role in a workspace allows something there; null: none. */
export function workspaceAllows(action: WorkspaceAction, role: WorkspaceRole | null): boolean {
  const roles: readonly WorkspaceRole[] = WORKSPACE_PERMISSIONS[action].roles;
  return role !== null && roles.includes(role);
}

/** Whether a role on an element allows something; null: none. */
export function elementAllows(action: ElementAction, role: ElementRole | null): boolean {
  const roles: readonly ElementRole[] = ELEMENT_PERMISSIONS[action].roles;
  return role !== null && roles.includes(role);
}

/** Whether programs may do something in a team: its service tokens, the operator. */
export function programAllowed(action: TeamAction, program: 'service' | 'operator'): boolean {
  const row: Row<TeamRole> = TEAM_PERMISSIONS[action];
  return row[program] === true;
}
