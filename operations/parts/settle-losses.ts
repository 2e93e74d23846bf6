import { guestCauseOf, type Origin } from '../../domain/access-change';
import type { Cause } from '../../domain/actor';
import { appendAudit, type AuditEntry } from '../../store/audit';
import type { Store, Tx } from '../../store/database';
import { GuestLossRow, OperationRow } from '../../store/models';
import { withRequests } from '../../store/queries/guests';
import { lockTeam } from '../../store/queries/seats';
import { closeForPerson } from './close-requests';
import { changedBy } from './finished-operation';

/** What settling did: how many rows, requests whose runs have to hear of it after the commit, and lines for the audit log. */
export interface Settled {
  readonly done: number;
  readonly changed: readonly string[];
  readonly audit: readonly AuditEntry[];
  /** Whose lines these are: who did it, at the instant at which it is written down. */
  readonly cause: Cause;
}

/**
 * Settles rows of a plan: the requests by and for those who left close, and each removal and each loss gets one line for the
 * audit log, which the caller writes last in the transaction (GUEST-7). Rows that are settled are passed over. The team's
 * row is locked.
 * @param which a page of what is open, or one guest's row
 * @param asOf when it is written down
 */
export async function settleLosses(
  tx: Tx,
  operationId: string,
  which: { readonly limit: number } | { readonly userId: string },
  asOf: Date,
): Promise<Settled> {
  const operation = planned(
    await OperationRow.query(tx).findById(operationId).forNoKeyUpdate().throwIfNotFound(),
  );
  const rows = await GuestLossRow.query(tx)
    .where({ operationId, ...('userId' in which ? which : {}) })
    .whereNull('settledAt')
    .orderBy('userId')
    .limit('limit' in which ? which.limit : 1);
  const cause: Cause = { ...operation.cause, asOf };
  if (rows.length === 0) return { done: 0, changed: [], audit: [], cause };
  const leaving = rows.filter(({ leaves }) => leaves).map(({ userId }) => userId);
  const closings = [];
  for (const person of await withRequests(tx, operation.teamId, leaving)) {
    closings.push(await closeForPerson(tx, cause, operation.teamId, person));
  }
  const userIds = rows.map(({ userId }) => userId);
  await tx.raw(
    'update guest_losses set settled_at = ? where operation_id = ? and user_id = any (?::uuid[])',
    [asOf, operationId, userIds],
  );
  const changed = closings.flatMap((closing) => closing.changed);
  const done = operation.done + rows.length;
  await OperationRow.query(tx)
    .findById(operationId)
    .patch({
      done,
      // Kept, so that the operation's run tells the others' runs also where whoever settled could not.
      result: { ...operation.result, changedApprovals: [...changedBy(operation), ...changed] },
      ...(done === operation.total ? { state: 'completed', finishedAt: asOf } : {}),
    });
  return {
    ...{ done: rows.length, cause, changed },
    audit: [
      ...rows.flatMap((row) => lossEntries(row, guestCauseOf(operation.type))),
      ...closings.flatMap(({ audit }) => audit),
    ],
  };
}

/**
 * Settles what is still open of somebody who comes in: the log says that they left before it says that they are back, and
 * nothing of an earlier plan touches them any more (GUEST-9). The team's row is locked.
 */
export async function settleLossesOf(
  tx: Tx,
  teamId: string,
  userId: string,
  asOf: Date,
): Promise<readonly Settled[]> {
  const open = await GuestLossRow.query(tx)
    .where({ teamId, userId })
    .whereNull('settledAt')
    .orderBy('operationId');
  const settled: Settled[] = [];
  for (const { operationId } of open) settled.push(await settleLosses(tx, operationId, { userId }, asOf));
  return settled;
}

/**
 * As {@link settleLossesOf}, in a transaction of its own before somebody comes in by another door than a guest link: what closes
 * with their leaving has closed by then.
 */
export async function settleBefore(
  store: Store,
  who: { readonly teamId: string; readonly userId: string; readonly asOf: Date },
): Promise<void> {
  const { teamId, userId, asOf } = who;
  await store.inTeam(teamId, async (tx) => {
    const open = await GuestLossRow.query(tx).where({ teamId, userId }).whereNull('settledAt').limit(1);
    if (open.length === 0) return;
    await lockTeam(tx, teamId);
    await auditSettled(tx, teamId, await settleLossesOf(tx, teamId, userId, asOf));
  });
}

/** Writes the audit lines of what was settled, last in the transaction but for the caller's own. */
export async function auditSettled(tx: Tx, teamId: string, settled: readonly Settled[]): Promise<void> {
  for (const { cause, audit } of settled) await appendAudit(tx, teamId, cause, audit);
}

/** An operation with plan rows has a team and keeps its cause. */
function planned(
  operation: OperationRow,
): OperationRow & { readonly teamId: string; readonly cause: Origin } {
  const { id, teamId, cause } = operation;
  if (teamId === null || cause === null) throw new RangeError(`operation ${id} has no plan`);
  return Object.assign(operation, { teamId, cause });
}

function lossEntries({ userId, elementIds, leaves, operationId }: GuestLossRow, why: unknown): AuditEntry[] {
  if (leaves) {
    return [
      {
        action: 'guest.removed',
        target: { type: 'user', id: userId },
        before: { roles: ['guest'], elementIds },
        after: { cause: why, operationId },
      },
    ];
  }
  return elementIds.map((elementId) => ({
    action: 'element.role_updated',
    target: { type: 'collection', id: elementId },
    before: { userId, role: 'guest_viewer' },
    after: { userId, role: null, cause: why, operationId },
  }));
}
