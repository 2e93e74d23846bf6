import type { Cause } from '../../domain/actor';
import { lowerShareRole } from '../../domain/roles';
import type { AuditEntry } from '../../store/audit';
import type { Tx } from '../../store/database';
import { Approval, ApprovalGrant } from '../../store/models';
import { findElement } from '../../store/queries/access';
import { settleFulfilled } from './fulfilled-requests';
import { grantAccess } from './grant-access';

/**
 * Gives a new member what was asked for them and granted (INVITE-11): the role asked for, or the lower one that an
 * approver granted. Elements that went away meanwhile are passed over: their deletion said so. With a role comes what they
 * asked for by a request of their own (GUEST-6).
 * @param approvalIds approved requests of one team whose grants are due
 */
export async function applyGrants(
  tx: Tx,
  cause: Cause,
  approvalIds: readonly string[],
  userId: string,
): Promise<readonly AuditEntry[]> {
  const approvals = await Approval.query(tx).whereIn('id', approvalIds);
  const granted = new Map(
    approvals.map(({ id, grantedRole, requestedRole }) => [id, grantedRole ?? requestedRole]),
  );
  const grants = await ApprovalGrant.query(tx).whereIn('approvalId', approvalIds).orderBy('shareId');
  const audit: AuditEntry[] = [];
  for (const { approvalId, elementId, role } of grants) {
    const placed = await findElement(tx, elementId);
    if (placed === null) continue;
    const given = lowerShareRole(role, granted.get(approvalId) ?? role);
    const entries = await grantAccess(tx, placed, { userId }, given, {
      asOf: cause.asOf,
      causedBy: approvalId,
    });
    audit.push(...(entries ?? []));
  }
  await Approval.query(tx).whereIn('id', approvalIds).patch({ subjectUserId: userId });
  const [{ teamId } = { teamId: null }] = approvals;
  if (teamId === null) return audit;
  const fulfilled = await settleFulfilled(tx, cause, teamId, [userId]);
  return [...audit, ...fulfilled.audit];
}
