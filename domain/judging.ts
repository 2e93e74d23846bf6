import { hasExpired, type DecisionRefusal, type OpenRequest, type Principal, type Verdict } from './approval';
import { rightToDecide, type Decider } from './delegation';
import { capacitiesOf, isReached, namedIn, openIn, type Capacity } from './quorum';
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
      readonly capacities: readonly Capacity[];
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
  const { quorum } = request.policy;
  const used = voicesOf(request);
  // Whoever has a say may deny; an approval has to be of use.
  const wanted = attempt.verdict === 'deny' ? namedIn(quorum) : openIn(quorum, request.approvals);
  const right = rightToDecide(request, attempt, wanted, used);
  if ('barred' in right) {
    const isSpent = right.barred === 'not_an_approver' && used.includes(attempt.userId);
    return { outcome: isSpent ? 'already_approved_by_you' : right.barred };
  }
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
  const capacities = capacitiesOf(giverOf(attempt, onBehalfOf));
  const isEnough = isReached(request.policy.quorum, [...request.approvals, { capacities }]);
  return { outcome: isEnough ? 'approved' : 'recorded', grantedRole, onBehalfOf, capacities };
}

/** By whose right an approval is given. */
function giverOf(attempt: DecisionAttempt, onBehalfOf: string | null): Principal {
  return attempt.principals.find(({ userId }) => userId === onBehalfOf) ?? attempt;
}

function lowestGranted({ approvals }: Pick<OpenRequest, 'approvals'>, role: ShareRole): ShareRole {
  return approvals.reduce((lowest, given) => lowerShareRole(lowest, given.grantedRole), role);
}
