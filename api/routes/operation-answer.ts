import { z } from 'zod';
import { operationStateAt } from '../../domain/access-change';
import type { Aftermath } from '../../operations/parts/finished-operation';
import type { OperationRow } from '../../store/models';
import { accessChangeWorkflowId } from '../../workflows/contracts/access-change';
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

/**
 * An operation's row as REST shows it. Where nothing followed the call's own transaction it has no run in Temporal, and what is over
 * for longer than Temporal keeps runs has none any more.
 */
export function operationView(
  { store, processes }: Pick<ApiDeps, 'store' | 'processes'>,
  row: OperationRow,
): z.input<typeof operation> {
  const { type, done, total, result, hasRun, finishedAt } = row;
  return {
    ...{ id: row.id, type, state: operationStateAt(row, store.clock.now()) },
    ...{ progress: { done, total }, result },
    links: { temporal: hasRun ? processes.temporalLink(accessChangeWorkflowId(row.id), finishedAt) : null },
  };
}

/**
 * `202` with the operation and where to follow it, after everybody else was told: this process's memory of access keys, the
 * workflows of requests that changed, the operation's own run. What they do not hear now they find out by themselves later.
 */
export async function accepted(
  deps: Pick<ApiDeps, 'store' | 'processes' | 'keyReads'>,
  { operation: row, changedApprovals }: Aftermath,
) {
  const { processes, keyReads } = deps;
  const { id: operationId, teamId } = row;
  if (teamId !== null) keyReads.changed(teamId);
  await tellChanged(processes, { changedApprovals });
  if (teamId !== null && row.hasRun) await processes.accessChanged({ operationId, teamId });
  return {
    status: 202 as const,
    body: { operation: operationView(deps, row) },
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
