import fc from 'fast-check';
import { inviteRoute, mayShare } from '../../domain/inviting';
import { PLAN_RULES, PLANS } from '../../domain/plans';
import { ASSIGNABLE_TEAM_ROLES } from '../../domain/roles';

const anyRoles = fc.subarray([...ASSIGNABLE_TEAM_ROLES], { minLength: 1 });
const anyPlan = fc.constantFrom(...PLANS);
const anyTeamRole = fc.constantFrom(...ASSIGNABLE_TEAM_ROLES);

describe('who needs a Team Admin to invite an external person', () => {
  it('Admins and Super Admins never do, on any plan and for any team role (INVITE-1)', () => {
    fc.assert(
      fc.property(anyPlan, anyRoles, anyTeamRole, (plan, roles, teamRole) => {
        fc.pre(roles.includes('admin') || roles.includes('super_admin'));
        expect(inviteRoute(plan, roles, teamRole)).toEqual({
          needsApproval: false,
          rule: 'team_admin_invites_directly',
        });
      }),
    );
  });

  it('a Developer does not on free, basic and professional, for a Developer; on enterprise always (INVITE-1, TEAM-2)', () => {
    expect(PLANS.map((plan) => inviteRoute(plan, ['developer'], 'developer').needsApproval)).toEqual([
      false,
      false,
      false,
      true,
    ]);
    expect(inviteRoute('free', ['developer'], 'billing').needsApproval).toBe(true);
    expect(Object.keys(PLAN_RULES)).toEqual([...PLANS]);
  });

  it('everybody else always does (INVITE-1)', () => {
    fc.assert(
      fc.property(anyPlan, anyRoles, anyTeamRole, (plan, roles, teamRole) => {
        fc.pre(!roles.some((role) => role === 'admin' || role === 'super_admin' || role === 'developer'));
        expect(inviteRoute(plan, roles, teamRole)).toEqual({ needsApproval: true, rule: 'not_a_developer' });
      }),
    );
  });

  it('guests and people outside the team cannot share at all (INVITE-1)', () => {
    expect([mayShare([]), mayShare(['guest']), mayShare(['billing'])]).toEqual([false, false, true]);
  });
});
