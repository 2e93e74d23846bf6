import { teamAllows } from './permissions';
import { PLAN_RULES, type Plan } from './plans';
import type { AssignableTeamRole, TeamRole } from './roles';

/** Why a request needs a Team Admin, or the rule that let it through; shown in previews and written to the audit log. */
export type InviteRule =
  | 'team_admin_invites_directly'
  | 'developer_invites_on_this_plan'
  | 'team_role_beyond_developer'
  | 'developer_on_enterprise'
  | 'not_a_developer';

/** Why a Team Admin is asked, for people who read a preview; null for rules that ask nobody. */
export const WHY_ASKED: Readonly<Record<InviteRule, string | null>> = {
  team_admin_invites_directly: null,
  developer_invites_on_this_plan: null,
  team_role_beyond_developer: 'A Team Admin decides on any other team role than Developer.',
  developer_on_enterprise:
    'On the Enterprise plan a Team Admin decides on external people whom a Developer invites.',
  not_a_developer: 'A Team Admin decides on external people whom somebody invites who is no Developer.',
};

/** How an external person is invited. */
export interface InviteRoute {
  readonly needsApproval: boolean;
  readonly rule: InviteRule;
}

/** Whether this person may share at all: a member who is no guest (INVITE-1). */
export function mayShare(teamRoles: readonly TeamRole[]): boolean {
  return teamAllows('share', teamRoles);
}

/**
 * Who needs a Team Admin's approval to invite an external person (INVITE-1): Admins and Super Admins never; a Developer
 * on free, basic or professional not, as long as the person comes in as Developer; everybody else does.
 */
export function inviteRoute(
  plan: Plan,
  sharer: readonly TeamRole[],
  teamRole: AssignableTeamRole,
): InviteRoute {
  if (teamAllows('invite_directly', sharer))
    return { needsApproval: false, rule: 'team_admin_invites_directly' };
  if (!sharer.includes('developer')) return { needsApproval: true, rule: 'not_a_developer' };
  if (!PLAN_RULES[plan].developerInvitesWithoutApproval)
    return { needsApproval: true, rule: 'developer_on_enterprise' };
  if (teamRole !== 'developer') return { needsApproval: true, rule: 'team_role_beyond_developer' };
  return { needsApproval: false, rule: 'developer_invites_on_this_plan' };
}
