import type { Cause } from '../domain/actor';
import { hasExpired } from '../domain/approval';
import { APPROVAL_ACTIONS } from '../domain/approval-actions';
import { appendAudit, type AuditEntry } from '../store/audit';
import type { Store, Tx } from '../store/database';
import { Approval } from '../store/models';
import { byRule, noteOnTimeline } from './parts/timeline';

/** Which request, and the instant of the workflow's clock. */
export interface ApprovalAt {
  readonly approvalId: string;
  readonly teamId: string;
  readonly asOf: Date;
}

/**
 * Ends a request whose time is up (INVITE-7): nothing is granted. One that is settled, or not due yet, stays as it is.
 * @returns whether it ended now
 */
export async function expireApproval(
  store: Store,
  { approvalId, teamId, asOf }: ApprovalAt,
): Promise<boolean> {
  const cause = byRule('approval_expiry', asOf);
  return store.inTeam(teamId, async (tx) => {
    const approval = await Approval.query(tx).findById(approvalId).forNoKeyUpdate().throwIfNotFound();
    if (approval.state !== 'pending' || !hasExpired(approval.expiresAt.getTime(), asOf.getTime()))
      return false;
    await appendAudit(tx, teamId, cause, await expireInside(tx, cause, approval));
    return true;
  });
}

/** Marks a pending request expired; the caller holds its lock and knows that its time is up. */
export async function expireInside(tx: Tx, cause: Cause, approval: Approval): Promise<readonly AuditEntry[]> {
  await Approval.query(tx).findById(approval.id).patch({ state: 'expired' });
  // Nobody did it: the deadline did, whoever's click met it first.
  await noteOnTimeline(tx, byRule('approval_expiry', cause.asOf), approval, 'expired');
  return [
    {
      action: APPROVAL_ACTIONS[approval.kind].expired,
      target: { type: 'approval', id: approval.id },
      before: { state: 'pending' },
      after: { state: 'expired' },
    },
  ];
}
