import { effectiveWorkspaceRole, elementRoleIn } from '../domain/access';
import { ELEMENT_PERMISSIONS, TEAM_PERMISSIONS, WORKSPACE_PERMISSIONS } from '../domain/permissions';
import { PLAN_RULES, PLANS } from '../domain/plans';
import { ELEMENT_ROLES, TEAM_ROLES, VISIBILITIES, WORKSPACE_ROLES } from '../domain/roles';
import { ROLE_NAMES } from '../domain/who-could';

type Rows = Readonly<
  Record<string, { what: string; roles: readonly string[]; service?: true; operator?: true }>
>;

/** The page that says who may do what, written from the tables that the program itself asks. */
export function rolesPage(): string {
  const directly = PLANS.filter((plan) => PLAN_RULES[plan].developerInvitesWithoutApproval);
  return `# Who may do what

Written by \`npm run docs:roles\` from \`domain/permissions.ts\`, which API, bot, pages and activities ask. What a person may
do is the sum of all their roles; of roles in a workspace or on an element the strongest counts, own or through a group.
A guest's role stands alone.

## In a team

${table(TEAM_PERMISSIONS, TEAM_ROLES, ['Service token', 'Operator'])}

A Developer also invites external people, as Developers, without approval on: ${directly.join(', ')}.

## In a workspace

${table(WORKSPACE_PERMISSIONS, WORKSPACE_ROLES, ['Service token'])}

Without a role by name there, a team role gives this one:

${given()}

A personal workspace is its owner's alone. A public one is viewed by everybody, signed in or not. A service token views team and
public workspaces.

## On an element

${table(ELEMENT_PERMISSIONS, ELEMENT_ROLES, ['Service token'])}

A role in the workspace gives one on everything in it: ${WORKSPACE_ROLES.map(
    (role) => `${ROLE_NAMES[role]} → ${ROLE_NAMES[elementRoleIn(role) ?? role]}`,
  ).join(', ')}. In a public workspace everybody views, and everybody who signed in forks.

Whoever may take access away may ask beforehand what it would do (\`POST /v1/impact\`), and confirm or cancel it where it waits
because it would remove many guests.
`;
}

function table(
  rows: Rows,
  roles: readonly (keyof typeof ROLE_NAMES)[],
  programs: readonly ('Service token' | 'Operator')[],
): string {
  const cells = Object.values(rows).map((row) => [
    row.what,
    ...roles.map((role) => mark(row.roles.includes(role))),
    ...programs.map((program) => mark((program === 'Operator' ? row.operator : row.service) === true)),
  ]);
  return markdown([['', ...roles.map((role) => ROLE_NAMES[role]), ...programs], ...cells]);
}

function given(): string {
  const cells = VISIBILITIES.filter((visibility) => visibility !== 'personal').map((visibility) => [
    visibility,
    ...TEAM_ROLES.map((role) => {
      const held = { teamRoles: [role], visibility, ownsWorkspace: false, workspaceRoles: [] };
      const inside = effectiveWorkspaceRole(held);
      return inside === null ? '' : ROLE_NAMES[inside];
    }),
  ]);
  return markdown([['', ...TEAM_ROLES.map((role) => ROLE_NAMES[role])], ...cells]);
}

function mark(holds: boolean): string {
  return holds ? '✓' : '';
}

/** A table whose columns are as wide as their widest cell, as prettier sets it. */
function markdown(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows;
  const widths = head.map((_, column) => Math.max(3, ...rows.map((row) => (row[column] ?? '').length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...body.map(line)].join(
    '\n',
  );
}
