import type { Cause } from '../domain/actor';
import { strongestElementRole, type ShareRole } from '../domain/roles';
import { appendAudit, type AuditEntry } from '../store/audit';
import type { Store, Tx } from '../store/database';
import { Approval, ApprovalGrant } from '../store/models';
import { requirePerson } from './parts/caller-rights';
import { lockPending, type Settled } from './parts/lock-pending';
import { noteOnTimeline } from './parts/timeline';

/** What became of a wish to withdraw. */
export type WithdrawOutcome = 'withdrawn' | 'forbidden' | Settled;

/**
 * A requester takes a request back (INVITE-8). Of a merged one only their part goes, and the rest stands under a new
 * revision.
 */
export async function withdrawApproval(
  store: Store,
  cause: Cause,
  { approvalId, teamId }: { readonly approvalId: string; readonly teamId: string },
): Promise<WithdrawOutcome> {
  const userId = requirePerson(cause.actor);
  return store.inTeam(teamId, async (tx) => {
    const pending = await lockPending(tx, cause, approvalId);
    const grants = await ApprovalGrant.query(tx).where({ approvalId }).orderBy(['createdAt', 'shareId']);
    const theirs = grants.filter(({ requesterId }) => requesterId === userId);
    if (typeof pending === 'string') return pending;
    if (theirs.length === 0) return 'forbidden';
    const left = grants.filter(({ requesterId }) => requesterId !== userId);
    const audit =
      left.length === 0 ? await withdrawAll(tx, cause, pending) : await reduce(tx, cause, pending, left);
    await appendAudit(tx, teamId, cause, [audit]);
    return 'withdrawn';
  });
}

async function withdrawAll(tx: Tx, cause: Cause, approval: Approval): Promise<AuditEntry> {
  await Approval.query(tx).findById(approval.id).patch({ state: 'withdrawn' });
  await noteOnTimeline(tx, cause, approval, 'withdrawn');
  return {
    action: 'approval.withdrawn',
    target: { type: 'approval', id: approval.id },
    before: { state: 'pending' },
    after: { state: 'withdrawn' },
  };
}

async function reduce(
  tx: Tx,
  cause: Cause,
  approval: Approval,
  left: readonly ApprovalGrant[],
): Promise<AuditEntry> {
  const userId = requirePerson(cause.actor);
  const revision = approval.revision + 1;
  await ApprovalGrant.query(tx).where({ approvalId: approval.id, requesterId: userId }).delete();
  await Approval.query(tx)
    .findById(approval.id)
    .patch({
      revision,
      elementId: left[0]?.elementId ?? approval.elementId,
      requestedRole: (strongestElementRole(left.map(({ role }) => role)) ??
        approval.requestedRole) as ShareRole,
    });
  await noteOnTimeline(tx, cause, approval, 'reduced', { reason: 'withdrawn', revision });
  return {
    action: 'approval.reduced',
    target: { type: 'approval', id: approval.id },
    before: { revision: approval.revision },
    after: { revision, reason: 'withdrawn' },
  };
}
