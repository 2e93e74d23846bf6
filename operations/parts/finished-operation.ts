import type { Cause } from '../../domain/actor';
import type { Tx } from '../../store/database';
import { OperationRow } from '../../store/models';
import { personOf } from './caller-rights';

/** What was done, for `GET /v1/operations/{id}`. */
export interface FinishedWork {
  readonly id: string;
  readonly teamId: string | null;
  readonly type: string;
  readonly result: Record<string, unknown>;
}

/** What an operation of this kind answers: its row, and the requests whose cards have to follow. */
export interface Aftermath {
  readonly operation: OperationRow;
  /** Requests that closed or changed: their workflows are told after the commit. */
  readonly changedApprovals: readonly string[];
}

/** Writes the row of work that nothing long remains of: completed in the transaction that did it. */
export async function recordFinished(tx: Tx, cause: Cause, work: FinishedWork): Promise<OperationRow> {
  return OperationRow.query(tx)
    .insert({
      ...work,
      state: 'completed',
      done: 1,
      total: 1,
      actorId: personOf(cause.actor),
      createdAt: cause.asOf,
      finishedAt: cause.asOf,
    })
    .returning('*');
}

/** The row of a call that was made before under the same id (its answer was lost), or null. */
export async function findFinished(tx: Tx, id: string): Promise<Aftermath | null> {
  const operation = await OperationRow.query(tx).findById(id);
  // The workflows are told once more: a crash may have come between the commit and the first time.
  return operation === undefined ? null : { operation, changedApprovals: closedIn(operation) };
}

function closedIn(operation: OperationRow): readonly string[] {
  const closed = operation.result?.['changedApprovals'];
  return Array.isArray(closed) ? closed.filter((id) => typeof id === 'string') : [];
}
