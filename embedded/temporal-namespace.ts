import { Connection, isGrpcServiceError } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';
import { ensureSearchAttributes } from '../workers/search-attributes';
import type { Tethered } from './tether';

/** The namespace of the servers that are brought up here. */
export const NAMESPACE = 'default';

/** A start on a slow machine with a large database. */
const READY_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 50;
/** Operators look back a month; the dev server's own default is a day. */
const RETENTION_DAYS = 30;
/** gRPC's status for what is not there, a namespace that no database of this server had so far. */
const NOT_FOUND = 5;

/**
 * Waits until a server that was just started serves our namespace, with a month's retention and our search attributes. One
 * that does not come up is stopped.
 * @param name what it is called in the error
 * @throws Error when it is not ready in time, or with its own words when it ended by itself
 */
export async function untilPrepared(child: Tethered, address: string, name: string): Promise<void> {
  let gone = false;
  const ended = child.exited.then((words) => {
    gone = true;
    return words;
  });
  const words = await Promise.race([ended, prepared(address, () => gone).then(() => null)]).catch(
    async (error: unknown) => {
      await child.stop();
      throw error;
    },
  );
  if (words !== null) throw new Error(`${name} did not start: ${words}`);
}

/** @param over whether the server is gone, so that waiting is of no use */
async function prepared(address: string, over: () => boolean): Promise<void> {
  const end = Date.now() + READY_WITHIN_MS;
  for (;;) {
    try {
      await prepare(address);
      return;
    } catch (error) {
      if (over()) return;
      if (Date.now() > end)
        throw new Error(`Temporal was not ready within ${READY_WITHIN_MS / 1000} s`, { cause: error });
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }
}

async function prepare(address: string): Promise<void> {
  const connection = await Connection.connect({ address, connectTimeout: 2_000 });
  const retention = msToTs(RETENTION_DAYS * 86_400_000);
  try {
    await connection.workflowService
      .updateNamespace({ namespace: NAMESPACE, config: { workflowExecutionRetentionTtl: retention } })
      .catch(async (error: unknown) => {
        if (!isGrpcServiceError(error) || (error.code as number) !== NOT_FOUND) throw error;
        await connection.workflowService.registerNamespace({
          namespace: NAMESPACE,
          workflowExecutionRetentionPeriod: retention,
        });
      });
    // Not by the server's own option, which is passed over where the database is there already.
    await ensureSearchAttributes(connection, NAMESPACE);
    // Each of the server's parts learns of a namespace by itself: this one is the last.
    await connection.workflowService.listWorkflowExecutions({ namespace: NAMESPACE, pageSize: 1 });
  } finally {
    await connection.close();
  }
}
