import type { Store, Tx } from '../store/database';
import { Approval, ApprovalEvent, type ApprovalEventType } from '../store/models';
import type { ApprovalAt } from './expire-approval';
import { byRule, noteOnTimeline } from './parts/timeline';

/**
 * Writes the n-th reminder to the timeline once, unless the request was settled meanwhile. Those before it that were
 * never sent are overtaken: after an outage the latest alone goes out (INVITE-7).
 * @param number counted from 1
 * @returns whether it was written now
 */
export async function noteReminder(store: Store, at: ApprovalAt, number: number): Promise<boolean> {
  return store.inTeam(at.teamId, async (tx) => {
    const approval = await lockPending(tx, at);
    const sent = await eventsOf(tx, at, 'reminded');
    if (approval === null || sent.some(({ data }) => Number(data['number']) >= number)) return false;
    await noteOnTimeline(tx, byRule('approval_reminder', at.asOf), approval, 'reminded', { number });
    return true;
  });
}

/**
 * Writes to the timeline, once, that a request waits for too long: its approvers are asked afresh and the operator's
 * address of last resort is told (INVITE-7).
 * @returns whether it was written now
 */
export async function noteEscalation(store: Store, at: ApprovalAt): Promise<boolean> {
  return noteOnce(store, at, 'escalated', 'approval_escalation');
}

/** Writes to the timeline, once, that nobody could decide on a request (INVITE-3). @returns whether it was written now */
export async function noteNoApprover(store: Store, at: ApprovalAt): Promise<boolean> {
  return noteOnce(store, at, 'no_approver', 'no_approver');
}

async function noteOnce(
  store: Store,
  at: ApprovalAt,
  type: ApprovalEventType,
  rule: string,
): Promise<boolean> {
  return store.inTeam(at.teamId, async (tx) => {
    const approval = await lockPending(tx, at);
    if (approval === null || (await eventsOf(tx, at, type)).length > 0) return false;
    await noteOnTimeline(tx, byRule(rule, at.asOf), approval, type);
    return true;
  });
}

/** The lock makes a repeated step, at work at the same time, see what the first wrote. */
async function lockPending(tx: Tx, { approvalId }: ApprovalAt): Promise<Approval | null> {
  const approval = await Approval.query(tx).findById(approvalId).forNoKeyUpdate().throwIfNotFound();
  return approval.state === 'pending' ? approval : null;
}

function eventsOf(tx: Tx, { approvalId }: ApprovalAt, type: ApprovalEventType): PromiseLike<ApprovalEvent[]> {
  return ApprovalEvent.query(tx).where({ approvalId, type });
}
