import type { Tx } from '../../store/database';
import { OperationRow } from '../../store/models';

/** What an operation of this kind answers: its row, and the requests whose cards have to follow. */
export interface Aftermath {
  readonly operation: OperationRow;
  /** Requests that closed or changed: their workflows are told after the commit. */
  readonly changedApprovals: readonly string[];
}

/** The row of a call that was made before under the same id (its answer was lost), or null. */
export async function findFinished(tx: Tx, id: string): Promise<Aftermath | null> {
  const operation = await OperationRow.query(tx).findById(id);
  // The workflows are told once more: a crash may have come between the commit and the first time.
  return operation === undefined ? null : { operation, changedApprovals: changedBy(operation) };
}

/** Requests that an operation closed or changed. */
export function changedBy(operation: OperationRow): readonly string[] {
  const closed = operation.result?.['changedApprovals'];
  return Array.isArray(closed) ? closed.filter((id) => typeof id === 'string') : [];
}
