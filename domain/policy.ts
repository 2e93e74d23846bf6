import type { Quorum } from './quorum';

/** A team's policy: all optional in REST, the defaults are the seed's rules. Durations are ISO 8601. */
export interface TeamPolicy {
  readonly keyInactivity: string;
  readonly keyWarnings: readonly string[];
  readonly keyCreation: 'allowed' | 'blocked';
  readonly approvalExpiry: string;
  readonly approvalReminders: readonly string[];
  readonly escalateAfter: string;
  readonly approvalsRequired: number;
  readonly denyReasonRequired: boolean;
  readonly invitationExpiry: string;
  readonly accessRequestExpiry: string;
  readonly removeGuestsWhenAllLinksOff: boolean;
  readonly guestsNeedSso: boolean;
  readonly removalGrace: string;
  readonly removalCap: number;
  readonly editorMayPromoteGuest: 'asSeed' | 'teamAdminToo';
  readonly guestDenyList: readonly string[];
}

/** The policy of a team that changed nothing. */
export const DEFAULT_POLICY: TeamPolicy = {
  keyInactivity: 'P60D',
  keyWarnings: ['P14D', 'P7D', 'P1D'],
  keyCreation: 'allowed',
  approvalExpiry: 'P15D',
  approvalReminders: ['PT24H', 'PT72H'],
  escalateAfter: 'PT72H',
  approvalsRequired: 1,
  denyReasonRequired: true,
  invitationExpiry: 'P30D',
  accessRequestExpiry: 'P15D',
  removeGuestsWhenAllLinksOff: true,
  guestsNeedSso: false,
  removalGrace: 'PT0S',
  removalCap: 100,
  editorMayPromoteGuest: 'asSeed',
  guestDenyList: [],
};

/** The policies that are durations: the operator alone changes them. */
export const POLICY_DURATIONS = [
  'keyInactivity',
  'keyWarnings',
  'approvalExpiry',
  'approvalReminders',
  'escalateAfter',
  'invitationExpiry',
  'accessRequestExpiry',
  'removalGrace',
] as const satisfies readonly (keyof TeamPolicy)[];

/** The part of the policy that a request keeps from the moment it was made (INVITE-13), and who has to agree to it. */
export interface PinnedPolicy extends Pick<
  TeamPolicy,
  'approvalExpiry' | 'approvalReminders' | 'escalateAfter' | 'denyReasonRequired' | 'invitationExpiry'
> {
  readonly quorum: Quorum;
}

/** What the team changed, over the defaults. */
export function policyOf(changed: Partial<TeamPolicy>): TeamPolicy {
  return { ...DEFAULT_POLICY, ...changed };
}

/** What is pinned to an invite: Team Admins agree, as many different ones as the policy wants (INVITE-3, INVITE-6). */
export function pinnedPolicy(policy: TeamPolicy): PinnedPolicy {
  const { approvalExpiry, approvalReminders, escalateAfter, denyReasonRequired, invitationExpiry } = policy;
  return {
    ...{ approvalExpiry, approvalReminders, escalateAfter, denyReasonRequired, invitationExpiry },
    quorum: [{ admin: policy.approvalsRequired }],
  };
}

/**
 * What is pinned to a request for Editor (GUEST-6). Of a guest, who comes to take a seat: an Editor who could have invited
 * directly agrees alone, unless the policy wants a Team Admin too; any other Editor and a Team Admin agree together. Of a
 * member, who gets no more than what an Editor gives by hand: an Editor. A denial needs no reason.
 */
export function pinnedAccessPolicy(policy: TeamPolicy, asker: 'guest' | 'member'): PinnedPolicy {
  const together = { editor: 1, admin: 1 };
  const ofGuest = policy.editorMayPromoteGuest === 'asSeed' ? [{ direct_editor: 1 }, together] : [together];
  return {
    ...pinnedPolicy(policy),
    approvalExpiry: policy.accessRequestExpiry,
    denyReasonRequired: false,
    quorum: asker === 'guest' ? ofGuest : [{ editor: 1 }],
  };
}

/** Whether an address is on a deny list of addresses and `@domain`s (GUEST-9). `email` is lower-case. */
export function isDenied(list: readonly string[], email: string): boolean {
  return list.some((entry) => {
    const denied = entry.toLowerCase();
    return denied.startsWith('@') ? email.endsWith(denied) : email === denied;
  });
}
