import type { Cause } from '../../domain/actor';
import { hasExpired } from '../../domain/approval';
import { appendAudit } from '../../store/audit';
import type { Tx } from '../../store/database';
import { Approval } from '../../store/models';
import { expireInside } from '../expire-approval';
import { byRule } from './timeline';

/** Why a request takes nothing more. */
export type Settled = 'already_decided' | 'already_closed' | 'expired';

/**
 * Locks a request that is still pending; one whose time is up ends here and now (INVITE-7).
 * @returns the request, or how it is settled
 */
export async function lockPending(tx: Tx, cause: Cause, approvalId: string): Promise<Approval | Settled> {
  const approval = await Approval.query(tx).findById(approvalId).forNoKeyUpdate().throwIfNotFound();
  if (approval.state === 'approved' || approval.state === 'denied') return 'already_decided';
  if (approval.state === 'expired') return 'expired';
  if (approval.state !== 'pending') return 'already_closed';
  if (!hasExpired(approval.expiresAt.getTime(), cause.asOf.getTime())) return approval;
  const audit = await expireInside(tx, cause, approval);
  await appendAudit(tx, approval.teamId, byRule('approval_expiry', cause.asOf), audit);
  return 'expired';
}
