import type { PinnedPolicy } from './policy';
import { lowerShareRole, type ShareRole, type TeamRole } from './roles';

/** States of a request in the approval queue. */
export const APPROVAL_STATES = ['pending', 'approved', 'denied', 'withdrawn', 'expired', 'closed'] as const;
export type ApprovalState = (typeof APPROVAL_STATES)[number];

/** Kinds of request that share the one queue. */
export const APPROVAL_KINDS = ['invite', 'access_request'] as const;
export type ApprovalKind = (typeof APPROVAL_KINDS)[number];

/** Why a request closed without a decision (INVITE-12). */
export const CLOSE_REASONS = [
  'element_gone',
  'workspace_gone',
  'requester_gone',
  'subject_gone',
  'team_gone',
] as const;
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
  /** Approvals of this revision so far, with the role that each granted. */
  readonly approvals: readonly { readonly userId: string; readonly grantedRole: ShareRole }[];
}

/** An attempt to decide, at its own time. */
export interface DecisionAttempt {
  readonly userId: string;
  /** The person's team roles at this moment; empty when no member (INVITE-3). */
  readonly teamRoles: readonly TeamRole[];
  readonly verdict: Verdict;
  readonly reason: string | null;
  readonly grantRole: ShareRole | null;
  /** The revision that the person saw, or null when they named none. */
  readonly revision: number | null;
  readonly asOf: number;
  /** Whether the gate is open now (INVITE-2). */
  readonly seatFree: boolean;
}

/** What the rule makes of an attempt. */
export type Judgement =
  | { readonly outcome: 'denied' }
  | { readonly outcome: 'recorded'; readonly grantedRole: ShareRole }
  | { readonly outcome: 'approved'; readonly grantedRole: ShareRole }
  | { readonly outcome: DecisionRefusal };

/** Whether these team roles make an approver: an Admin or Super Admin (INVITE-3). */
export function isTeamAdmin(roles: readonly TeamRole[]): boolean {
  return roles.includes('admin') || roles.includes('super_admin');
}

/** Whether a request's time is up: at its end it is, one millisecond before it is not (INVITE-7). */
export function hasExpired(expiresAt: number, asOf: number): boolean {
  return asOf >= expiresAt;
}

/**
 * Who may decide on a request (INVITE-3): an Admin or Super Admin now, who neither asked nor is invited.
 * @returns null when the person may, else why not
 */
export function mayDecide(
  request: Pick<OpenRequest, 'requesterIds' | 'subjectUserId'>,
  person: { readonly userId: string; readonly teamRoles: readonly TeamRole[] },
): 'self_approval' | 'not_an_approver' | null {
  if (!isTeamAdmin(person.teamRoles)) return 'not_an_approver';
  const involved = request.requesterIds.includes(person.userId) || request.subjectUserId === person.userId;
  return involved ? 'self_approval' : null;
}

/**
 * The decision core (INVITE-3..7). The order of the checks is what a person wants to hear first: what is settled, who
 * they are, what they saw, what they left out, and last whether there is room.
 */
export function judge(request: OpenRequest, attempt: DecisionAttempt): Judgement {
  if (request.state === 'expired') return { outcome: 'expired' };
  if (request.state === 'approved' || request.state === 'denied') return { outcome: 'already_decided' };
  if (request.state !== 'pending') return { outcome: 'already_closed' };
  if (hasExpired(request.expiresAt, attempt.asOf)) return { outcome: 'expired' };
  const barred = mayDecide(request, attempt);
  if (barred !== null) return { outcome: barred };
  if (attempt.revision !== null && attempt.revision < request.revision) return { outcome: 'stale_revision' };
  if (attempt.verdict === 'deny') {
    const silent = attempt.reason === null || attempt.reason.trim() === '';
    return { outcome: request.policy.denyReasonRequired && silent ? 'reason_required' : 'denied' };
  }
  return judgeApproval(request, attempt);
}

function judgeApproval(request: OpenRequest, attempt: DecisionAttempt): Judgement {
  if (request.approvals.some((given) => given.userId === attempt.userId)) {
    return { outcome: 'already_approved_by_you' };
  }
  if (!attempt.seatFree) return { outcome: 'no_seats' };
  // An approver may grant less than was asked, never more (INVITE-5); of different grants the lowest holds (INVITE-6).
  const grantedRole = request.approvals.reduce(
    (lowest, given) => lowerShareRole(lowest, given.grantedRole),
    lowerShareRole(attempt.grantRole ?? request.requestedRole, request.requestedRole),
  );
  const enough = request.approvals.length + 1 >= request.policy.approvalsRequired;
  return { outcome: enough ? 'approved' : 'recorded', grantedRole };
}
