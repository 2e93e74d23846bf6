import { hasExpired, type DecisionRefusal, type OpenRequest, type Verdict } from './approval';
import { rightToDecide, type Decider } from './delegation';
import { lowerShareRole, SHARE_ROLES, type ShareRole } from './roles';

/** An attempt to decide, at its own time. */
export interface DecisionAttempt extends Decider {
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
  | { readonly outcome: 'denied'; readonly onBehalfOf: string | null }
  | {
      readonly outcome: 'recorded' | 'approved';
      readonly grantedRole: ShareRole;
      readonly onBehalfOf: string | null;
    }
  | { readonly outcome: DecisionRefusal };

/**
 * The decision core (INVITE-3..7). The order of the checks is what a person wants to hear first: what is settled, who
 * they are, what they saw, what they left out, and last whether there is room.
 */
export function judge(request: OpenRequest, attempt: DecisionAttempt): Judgement {
  if (request.state === 'expired') return { outcome: 'expired' };
  if (request.state === 'approved' || request.state === 'denied') return { outcome: 'already_decided' };
  if (request.state !== 'pending') return { outcome: 'already_closed' };
  if (hasExpired(request.expiresAt, attempt.asOf)) return { outcome: 'expired' };
  const right = rightToDecide(request, attempt, voicesOf(request));
  if ('barred' in right) return { outcome: right.barred };
  const { onBehalfOf } = right;
  if (attempt.revision !== null && attempt.revision < request.revision) return { outcome: 'stale_revision' };
  if (attempt.verdict === 'deny') {
    const silent = attempt.reason === null || attempt.reason.trim() === '';
    if (request.policy.denyReasonRequired && silent) return { outcome: 'reason_required' };
    return { outcome: 'denied', onBehalfOf };
  }
  return judgeApproval(request, attempt, onBehalfOf);
}

/**
 * Roles that an approver may grant, the highest first: no more than was asked (INVITE-5), nor than somebody granted who
 * approved before, since the lowest holds (INVITE-6).
 */
export function grantableRoles(
  request: Pick<OpenRequest, 'requestedRole' | 'approvals'>,
): readonly ShareRole[] {
  const most = lowestGranted(request, request.requestedRole);
  return SHARE_ROLES.filter((role) => lowerShareRole(role, most) === role).toReversed();
}

/** People whose voice counts already: a delegate and whoever they stood in for count once together (INVITE-6, INVITE-9). */
function voicesOf(request: OpenRequest): readonly string[] {
  return request.approvals.flatMap(({ userId, onBehalfOf }) =>
    onBehalfOf === null ? [userId] : [userId, onBehalfOf],
  );
}

function judgeApproval(request: OpenRequest, attempt: DecisionAttempt, onBehalfOf: string | null): Judgement {
  const used = voicesOf(request);
  if (used.includes(attempt.userId) || (onBehalfOf !== null && used.includes(onBehalfOf))) {
    return { outcome: 'already_approved_by_you' };
  }
  if (!attempt.seatFree) return { outcome: 'no_seats' };
  // An approver may grant less than was asked, never more (INVITE-5); of different grants the lowest holds (INVITE-6).
  const granted = lowerShareRole(attempt.grantRole ?? request.requestedRole, request.requestedRole);
  const grantedRole = lowestGranted(request, granted);
  const enough = request.approvals.length + 1 >= request.policy.approvalsRequired;
  return { outcome: enough ? 'approved' : 'recorded', grantedRole, onBehalfOf };
}

function lowestGranted({ approvals }: Pick<OpenRequest, 'approvals'>, role: ShareRole): ShareRole {
  return approvals.reduce((lowest, given) => lowerShareRole(lowest, given.grantedRole), role);
}
