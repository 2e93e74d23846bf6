import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import fc from 'fast-check';
import {
  ELEMENT_PERMISSIONS,
  elementAllows,
  TEAM_PERMISSIONS,
  teamAllows,
  WORKSPACE_PERMISSIONS,
  workspaceAllows,
  type ElementAction,
  type TeamAction,
  type WorkspaceAction,
} from '../../domain/permissions';
import { effectiveElementRole, effectiveWorkspaceRole, mayFork, type Holdings } from '../../domain/access';
import { ASSIGNABLE_TEAM_ROLES, ELEMENT_ROLES, VISIBILITIES, WORKSPACE_ROLES } from '../../domain/roles';
import { whoInTeam, whoInWorkspace, whoOnElement } from '../../domain/who-could';

const TEAM_ACTIONS = Object.keys(TEAM_PERMISSIONS) as TeamAction[];
const WORKSPACE_ACTIONS = Object.keys(WORKSPACE_PERMISSIONS) as WorkspaceAction[];
const ELEMENT_ACTIONS = Object.keys(ELEMENT_PERMISSIONS) as ElementAction[];

const assignable = fc.constantFrom(...ASSIGNABLE_TEAM_ROLES);
const holdings: fc.Arbitrary<Holdings> = fc.record({
  teamRoles: fc.uniqueArray(assignable, { minLength: 1 }),
  visibility: fc.constantFrom(...VISIBILITIES),
  ownsWorkspace: fc.boolean(),
  workspaceRoles: fc.array(fc.constantFrom(...WORKSPACE_ROLES), { maxLength: 3 }),
  elementRoles: fc.array(fc.constantFrom(...ELEMENT_ROLES), { maxLength: 3 }),
});

/** Everything that somebody may do, by all that they hold. */
function mayDo(held: Holdings): readonly string[] {
  const inWorkspace = effectiveWorkspaceRole(held);
  const onElement = effectiveElementRole(held);
  return [
    ...TEAM_ACTIONS.filter((action) => teamAllows(action, held.teamRoles)),
    ...WORKSPACE_ACTIONS.filter((action) => workspaceAllows(action, inWorkspace)).map(
      (it) => `workspace ${it}`,
    ),
    ...ELEMENT_ACTIONS.filter((action) => elementAllows(action, onElement)).map((it) => `element ${it}`),
    ...(mayFork(onElement, held.visibility) ? ['fork'] : []),
  ];
}

describe('the table of permissions', () => {
  it('never takes anything away for a further role, of whatever level (TEAM-1, WORK-2)', () => {
    const extra = fc.oneof(
      assignable.map((role) => ({ teamRoles: [role] })),
      fc.constantFrom(...WORKSPACE_ROLES).map((role) => ({ workspaceRoles: [role] })),
      fc.constantFrom(...ELEMENT_ROLES).map((role) => ({ elementRoles: [role] })),
    );
    fc.assert(
      fc.property(
        holdings,
        extra,
        (held, { teamRoles = [], workspaceRoles = [], elementRoles = [] }: Partial<Holdings>) => {
          const more = {
            ...held,
            teamRoles: [...held.teamRoles, ...teamRoles],
            workspaceRoles: [...held.workspaceRoles, ...workspaceRoles],
            elementRoles: [...held.elementRoles, ...elementRoles],
          };
          expect(mayDo(more)).toEqual(expect.arrayContaining([...mayDo(held)]));
        },
      ),
    );
  });

  it('never lets a stronger role in a workspace or on an element do less than a weaker one (WORK-2)', () => {
    for (const action of WORKSPACE_ACTIONS) {
      const allowed = WORKSPACE_ROLES.map((role) => workspaceAllows(action, role));
      expect(allowed).toEqual([...allowed].sort());
      expect(workspaceAllows(action, null)).toBe(false);
    }
    for (const action of ELEMENT_ACTIONS) {
      const allowed = ELEMENT_ROLES.map((role) => elementAllows(action, role));
      expect(allowed).toEqual([...allowed].sort());
      expect(elementAllows(action, null)).toBe(false);
    }
  });

  it('opens no content to a plain Admin or Billing by the team role alone (TEAM-6)', () => {
    fc.assert(
      fc.property(
        holdings,
        fc.subarray(['admin', 'billing'] as const, { minLength: 1 }),
        (held, teamRoles) => {
          const plain = { ...held, teamRoles, ownsWorkspace: false };
          const bare = { ...plain, workspaceRoles: [], elementRoles: [] };
          expect(mayDo(bare).filter((it) => it.startsWith('workspace') || it.startsWith('element'))).toEqual(
            [],
          );
          const nobody = { ...plain, teamRoles: [] };
          expect(effectiveElementRole(plain)).toBe(effectiveElementRole(nobody));
        },
      ),
    );
  });

  it('lets a guest see that the team is there and no more, whatever else stands beside (TEAM-1, GUEST-2)', () => {
    fc.assert(
      fc.property(fc.subarray([...ASSIGNABLE_TEAM_ROLES]), (others) => {
        const allowed = TEAM_ACTIONS.filter((action) => teamAllows(action, ['guest', ...others]));
        expect(allowed).toEqual(['see_team']);
      }),
    );
    expect(ELEMENT_ACTIONS.filter((action) => elementAllows(action, 'guest_viewer'))).toEqual(['view']);
  });

  it('allows nothing to who holds nothing', () => {
    expect(TEAM_ACTIONS.filter((action) => teamAllows(action, []))).toEqual([]);
  });

  it('says in every refusal which role could', () => {
    expect(whoInTeam('administer')).toBe('This takes the team role Admin or Super Admin.');
    expect(whoInTeam('read_audit_log')).toBe(
      'This takes the team role Admin, Super Admin or Community Manager.',
    );
    expect(whoInTeam('set_terms')).toBe('This takes the operator’s token.');
    expect(whoInWorkspace('fill')).toBe('This takes the role Editor or Admin in the workspace.');
    expect(whoOnElement('edit')).toBe('This takes the role Editor on the element.');
  });

  it('is what docs/roles.md says', () => {
    const root = join(__dirname, '../..');
    const check = spawnSync(process.execPath, ['--import', 'tsx', 'docs/write-roles.ts', '--check'], {
      cwd: root,
      encoding: 'utf8',
    });
    expect([check.status, check.stderr]).toEqual([0, '']);
  });
});
