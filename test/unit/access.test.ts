import fc from 'fast-check';
import {
  effectiveElementRole,
  effectiveWorkspaceRole,
  elementRoleIn,
  mayMakeWorkspaces,
  seesTeamContent,
  type Holdings,
} from '../../domain/access';
import {
  ASSIGNABLE_TEAM_ROLES,
  ELEMENT_ROLES,
  elementRoleCovers,
  lowerShareRole,
  SHARE_ROLES,
  strongestElementRole,
  strongestWorkspaceRole,
  TEAM_ROLES,
  VISIBILITIES,
  WORKSPACE_ROLES,
} from '../../domain/roles';

const teamRoles = fc.oneof(fc.constant(['guest' as const]), fc.subarray([...ASSIGNABLE_TEAM_ROLES]));
const holdings: fc.Arbitrary<Holdings> = fc.record({
  teamRoles,
  visibility: fc.constantFrom(...VISIBILITIES),
  ownsWorkspace: fc.boolean(),
  workspaceRoles: fc.array(fc.constantFrom(...WORKSPACE_ROLES), { maxLength: 3 }),
  elementRoles: fc.array(fc.constantFrom(...ELEMENT_ROLES), { maxLength: 3 }),
});
const nothing: Holdings = {
  ...{ teamRoles: [], visibility: 'team', ownsWorkspace: false, workspaceRoles: [], elementRoles: [] },
};

describe('who sees what', () => {
  it('is the strongest of all that a person holds, so a further role never takes anything away (WORK-2, SHARE-2)', () => {
    fc.assert(
      fc.property(holdings, fc.constantFrom(...ELEMENT_ROLES), (held, extra) => {
        const role = effectiveElementRole(held);
        for (const own of held.elementRoles) expect(elementRoleCovers(role, own)).toBe(true);
        const more = effectiveElementRole({ ...held, elementRoles: [...held.elementRoles, extra] });
        expect(elementRoleCovers(more, extra)).toBe(true);
        if (role !== null) expect(elementRoleCovers(more, role)).toBe(true);
      }),
    );
  });

  it('opens a personal workspace to its owner alone, and the owner edits in it (WORK-1)', () => {
    fc.assert(
      fc.property(holdings, (held) => {
        const role = effectiveWorkspaceRole({ ...held, visibility: 'personal' });
        expect(role).toBe(held.ownsWorkspace ? 'admin' : null);
      }),
    );
    const owned = { ...nothing, visibility: 'personal', ownsWorkspace: true } as const;
    expect(effectiveElementRole(owned)).toBe('editor');
  });

  it('opens a private workspace by a role in it alone, whatever the team role (SHARE-5, TEAM-6)', () => {
    fc.assert(
      fc.property(holdings, (held) => {
        const role = effectiveWorkspaceRole({ ...held, visibility: 'private' });
        expect(role).toBe(strongestWorkspaceRole(held.workspaceRoles));
      }),
    );
  });

  it('opens team and public workspaces to members as Viewers, but not to guests, plain Admins and Billing (TEAM-6)', () => {
    const through = TEAM_ROLES.map((role) => [role, effectiveElementRole({ ...nothing, teamRoles: [role] })]);
    expect(Object.fromEntries(through)).toEqual({
      ...{ super_admin: 'viewer', developer: 'viewer', community_manager: 'viewer' },
      ...{ admin: null, billing: null, guest: null },
    });
    const both = { ...nothing, teamRoles: ['admin', 'developer'] } as const;
    expect(effectiveElementRole({ ...both, visibility: 'public' })).toBe('viewer');
    expect(effectiveElementRole({ ...nothing, teamRoles: ['admin'], elementRoles: ['editor'] })).toBe(
      'editor',
    );
  });

  it('lets who makes workspaces see the team’s content, and nobody by no role (TEAM-6, WORK-2)', () => {
    fc.assert(
      fc.property(teamRoles, (held) => {
        expect(mayMakeWorkspaces(held)).toBe(
          held.some((role) => ['developer', 'community_manager', 'super_admin'].includes(role)),
        );
        expect(seesTeamContent(held)).toBe(mayMakeWorkspaces(held));
      }),
    );
    expect(effectiveElementRole(nothing)).toBeNull();
  });

  it('makes Admins and Editors of a workspace Editors of all in it, and Viewers Viewers (WORK-2)', () => {
    expect([...WORKSPACE_ROLES, null].map(elementRoleIn)).toEqual(['viewer', 'editor', 'editor', null]);
  });
});

describe('the order of roles', () => {
  it('puts a guest’s view below a Viewer and an Editor above (SHARE-2)', () => {
    expect(strongestElementRole(['guest_viewer', null, 'viewer'])).toBe('viewer');
    expect(strongestElementRole([null])).toBeNull();
    expect(elementRoleCovers(null, 'guest_viewer')).toBe(false);
    fc.assert(
      fc.property(fc.constantFrom(...ELEMENT_ROLES), fc.constantFrom(...ELEMENT_ROLES), (one, other) => {
        expect(elementRoleCovers(one, other) || elementRoleCovers(other, one)).toBe(true);
        expect(strongestElementRole([one, other])).toBe(elementRoleCovers(one, other) ? one : other);
      }),
    );
  });

  it('takes the lower of two grants, in whichever order they come (INVITE-6)', () => {
    fc.assert(
      fc.property(fc.constantFrom(...SHARE_ROLES), fc.constantFrom(...SHARE_ROLES), (one, other) => {
        const lower = lowerShareRole(one, other);
        expect(lower).toBe(lowerShareRole(other, one));
        expect(lower).toBe(one === 'viewer' || other === 'viewer' ? 'viewer' : 'editor');
      }),
    );
  });
});
