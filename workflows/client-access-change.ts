import type { Client } from '@temporalio/client';
import type { Store } from '../store/database';
import { OperationRow } from '../store/models';
import {
  ACCESS_CHANGE_WORKFLOW,
  accessChangeWorkflowId,
  operationMoved,
  type AccessChangeWorkflow,
} from './contracts/access-change';
import { kindKey, personIdKey, stateKey, teamIdKey } from './contracts/search-attributes';
import { MAIN_QUEUE } from './contracts/task-queues';

/**
 * Starts an operation's run, or has the one that waits look at its row (GUEST-7, GUEST-8); the start is noted in the row.
 * @param started makes a start; false: Temporal takes none
 * @returns whether there is a run, or was one that did all
 */
export async function startAccessChange(
  store: Store,
  client: Client,
  started: (start: () => Promise<unknown>) => Promise<boolean>,
  { operationId, teamId }: { readonly operationId: string; readonly teamId: string },
): Promise<boolean> {
  const { type, state, actorId } = await store.inTeam(teamId, (tx) =>
    OperationRow.query(tx).findById(operationId).throwIfNotFound(),
  );
  const ok = await started(() =>
    client.workflow.signalWithStart<AccessChangeWorkflow>(ACCESS_CHANGE_WORKFLOW, {
      workflowId: accessChangeWorkflowId(operationId),
      // A run that is over did all there is to do.
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      taskQueue: MAIN_QUEUE,
      args: [{ operationId, teamId }],
      signal: operationMoved,
      staticSummary: `What follows ${type.replaceAll('_', ' ')} for guests`,
      staticDetails:
        'Access ended with the operation itself: a run that is late delays what is written down and told.',
      typedSearchAttributes: [
        { key: teamIdKey, value: teamId },
        { key: kindKey, value: ACCESS_CHANGE_WORKFLOW },
        { key: stateKey, value: state },
        ...(actorId === null ? [] : [{ key: personIdKey, value: actorId }]),
      ],
    }),
  );
  if (ok)
    await store.inTeam(teamId, (tx) =>
      // Confirmed meanwhile: the starter tells its run once more.
      OperationRow.query(tx)
        .findById(operationId)
        .where({ state })
        .patch({ workflowStartedAt: store.clock.now() }),
    );
  return ok;
}
