import { z } from 'zod';
import type { Aftermath } from '../../operations/parts/finished-operation';
import type { OperationRow } from '../../store/models';
import type { ApiDeps } from '../deps';
import { id } from './shapes';

/** A piece of work as `GET /v1/operations/{id}` shows it. */
export const operation = z
  .strictObject({
    id,
    type: z.string(),
    state: z.enum(['running', 'awaiting_confirmation', 'cancelled', 'completed', 'failed']),
    progress: z.strictObject({ done: z.int(), total: z.int() }),
    result: z.record(z.string(), z.unknown()).nullable(),
    links: z.strictObject({ temporal: z.string().nullable() }),
  })
  .meta({ id: 'Operation' });

/** The answer to a call that makes one. */
export const operationAnswer = z.strictObject({ operation });

/** An operation's row as REST shows it. What was done in the call's own transaction has no run in Temporal. */
export function operationView(row: OperationRow): z.input<typeof operation> {
  const { type, state, done, total, result } = row;
  return { id: row.id, type, state, progress: { done, total }, result, links: { temporal: null } };
}

/** `202` with the operation and where to follow it. */
export function accepted(row: OperationRow) {
  return {
    status: 202 as const,
    body: { operation: operationView(row) },
    headers: { Location: `/v1/operations/${row.id}` },
  };
}

/** Tells the workflows of requests that changed, after the commit; one that does not hear of it reads the rows later. */
export async function tellChanged(
  processes: ApiDeps['processes'],
  done: Pick<Aftermath, 'changedApprovals'>,
): Promise<void> {
  await Promise.all(done.changedApprovals.map((approvalId) => processes.requestChanged(approvalId)));
}
