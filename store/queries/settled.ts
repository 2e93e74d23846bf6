import type { DecisionOutcome } from '../../domain/approval';
import type { Store } from '../database';
import { Approval, ApprovalAttempt } from '../models';

/**
 * What is known of an attempt from the rows alone: its own outcome when it has one, or that the request is settled. Null
 * while the request's run has to be asked.
 */
export async function settledOutcome(
  store: Store,
  ref: { readonly teamId: string; readonly approvalId: string; readonly attemptId: string },
): Promise<DecisionOutcome | null> {
  return store.inTeam(ref.teamId, async (tx) => {
    const attempt = await ApprovalAttempt.query(tx).findById(ref.attemptId);
    if (attempt?.outcome != null) return attempt.outcome;
    const { state } = await Approval.query(tx).findById(ref.approvalId).throwIfNotFound();
    if (state === 'pending') return null;
    if (state === 'approved' || state === 'denied') return 'already_decided';
    return state === 'expired' ? 'expired' : 'already_closed';
  });
}
