import { teamAllows } from './permissions';
import type { PinnedPolicy } from './policy';
import { capacitiesOf, type Capacity, type ElementCapacity } from './quorum';
import type { ShareRole, TeamRole } from './roles';

/** States of a request in the approval queue. */
export const APPROVAL_STATES = ['pending', 'approved', 'denied', 'withdrawn', 'expired', 'closed'] as const;
export type ApprovalState = (typeof APPROVAL_STATES)[number];

/** Kinds of request that share the one queue. */
export const APPROVAL_KINDS = ['invite', 'access_request'] as const;
export type ApprovalKind = (typeof APPROVAL_KINDS)[number];

/** Why a request closed without a decision (INVITE-12). */
export const CLOSE_REASONS = ['element_gone', 'workspace_gone', 'requester_gone', 'subject_gone'] as const;
export type CloseReason = (typeof CLOSE_REASONS)[number];

/** States of the invitation of an approved invite. */
export const INVITATION_STATES = [
  'waiting_for_seat',
  'sent',
  'accepted',
  'cancelled',
  'expired',
  'failed',
] as const;
export type InvitationState = (typeof INVITATION_STATES)[number];

/** What a person decides. */
export type Verdict = 'approve' | 'deny';

/** Surfaces that a decision comes from; `timer` and `rule` are ours. */
export const DECISION_SURFACES = ['slack', 'web', 'api', 'timer', 'rule'] as const;
export type DecisionSurface = (typeof DECISION_SURFACES)[number];

/** Why an attempt to decide did not count. */
export type DecisionRefusal =
  | 'already_decided'
  | 'already_closed'
  | 'already_approved_by_you'
  | 'not_an_approver'
  | 'self_approval'
  | 'stale_revision'
  | 'no_seats'
  | 'expired'
  | 'reason_required';

/** What became of an attempt to decide: `recorded` is an approval that waits for further approvers (INVITE-6). */
export type DecisionOutcome = 'approved' | 'denied' | 'recorded' | DecisionRefusal;

/** A request as the rule needs it. Instants are milliseconds since the epoch. */
export interface OpenRequest {
  readonly state: ApprovalState;
  readonly revision: number;
  readonly expiresAt: number;
  readonly requesterIds: readonly string[];
  readonly subjectUserId: string | null;
  readonly requestedRole: ShareRole;
  readonly policy: PinnedPolicy;
  /** Approvals of this revision so far, with the role that each granted, and for whom where not for oneself. */
  readonly approvals: readonly {
    readonly userId: string;
    readonly onBehalfOf: string | null;
    readonly grantedRole: ShareRole;
    /** What the approval counts as, by what its giver was when it was given. */
    readonly capacities: readonly Capacity[];
  }[];
}

/** Whether these team roles make an approver: an Admin or Super Admin (INVITE-3). */
export function isTeamAdmin(roles: readonly TeamRole[]): boolean {
  return teamAllows('decide', roles);
}

/** An approver's “I'm on it” lapses after this long (INVITE-8). */
export const CLAIM_MS = 3_600_000;

/** A requester's nudge goes out at once, the next one this long after it at the earliest (INVITE-8). */
export const NUDGE_EVERY_MS = 3_600_000;

/** How long the next nudge has to wait, ms; 0 for none. @param nudgedAt instant of the last one, or null */
export function nudgeWaitMs(nudgedAt: number | null, asOf: number): number {
  return nudgedAt === null ? 0 : Math.max(0, nudgedAt + NUDGE_EVERY_MS - asOf);
}

/** Whether a claim holds: at its end it does not. */
export function isClaimed(claimedUntil: number | null, asOf: number): boolean {
  return claimedUntil !== null && asOf < claimedUntil;
}

/** Whether a request's time is up: at its end it is, one millisecond before it is not (INVITE-7). */
export function hasExpired(expiresAt: number, asOf: number): boolean {
  return asOf >= expiresAt;
}

/** Somebody who may have a say in a request, as they are at this moment. */
export interface Principal {
  readonly userId: string;
  readonly teamRoles: readonly TeamRole[];
  /** What they are to the element; absent where nothing, or where it does not matter. */
  readonly elementCapacities?: readonly ElementCapacity[];
}

/**
 * Who may decide on a request (INVITE-3, GUEST-6): who has one of the wanted capacities now, and neither asked nor is the
 * one it is about.
 * @returns null when the person may, else why not: to whoever asked or is meant no role would help
 */
export function mayDecide(
  request: Pick<OpenRequest, 'requesterIds' | 'subjectUserId'>,
  person: Principal,
  wanted: ReadonlySet<Capacity>,
): 'self_approval' | 'not_an_approver' | null {
  if (involves(request, person.userId)) return 'self_approval';
  return capacitiesOf(person).some((capacity) => wanted.has(capacity)) ? null : 'not_an_approver';
}

/** Whether somebody asked for a request, or is the one who is invited: they have no part in deciding on it (INVITE-3). */
function involves(request: Pick<OpenRequest, 'requesterIds' | 'subjectUserId'>, userId: string): boolean {
  return request.requesterIds.includes(userId) || request.subjectUserId === userId;
}
