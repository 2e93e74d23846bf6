/** Plans and what the seed lets them differ in (TEAM-2). Other limits of such plans are not ours. */
export const PLANS = ['free', 'basic', 'professional', 'enterprise'] as const;
export type Plan = (typeof PLANS)[number];

/** What one plan allows. */
export interface PlanRules {
  /** A Developer invites external people, as Developers, without a Team Admin's approval (INVITE-1). */
  readonly developerInvitesWithoutApproval: boolean;
}

/** The plan table. */
export const PLAN_RULES: Readonly<Record<Plan, PlanRules>> = {
  free: { developerInvitesWithoutApproval: true },
  basic: { developerInvitesWithoutApproval: true },
  professional: { developerInvitesWithoutApproval: true },
  enterprise: { developerInvitesWithoutApproval: false },
};
