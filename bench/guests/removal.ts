import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from 'pg';
import { createRest } from '../../embedded/rest';
import { accessChangeWorkflowId } from '../../workflows/contracts/access-change';
import type { Servers } from '../invite/servers';
import type { Crowd } from './crowd';
import type { Gauged } from './worker';

/** What a workspace's deletion came to. Times are milliseconds since the call was sent. */
export interface Removal {
  /** Access has ended. */
  readonly answered: number;
  /** Each removal has its line in the audit log. */
  readonly written: number;
  /** Each guest and the owner have their notice. */
  readonly told: number;
  /** The run is over: all is mailed. */
  readonly over: number;
  /** How far REST said it was, each step once. */
  readonly progress: readonly number[];
  /** Events in the run's history. */
  readonly events: number;
  readonly gauged: Gauged;
}

interface Operation {
  readonly id: string;
  readonly state: string;
  readonly progress: { readonly done: number };
}

const LOOK_EVERY_MS = 10;
/** Somebody who follows the progress; more often would be measured as well. */
const REST_EVERY_MS = 200;
/** Many times what it takes on a busy machine. */
const OVER_WITHIN_MS = 300_000;

/**
 * Deletes a crowd's workspace over REST, and follows what comes of it.
 * @param given.killAfter ends the worker by kill -9 once so many are written off, and starts another
 * @throws Error where not each guest was removed once, or the log does not verify
 */
export async function removeByProduct(
  servers: Servers,
  owned: Client,
  crowd: Crowd,
  given: { readonly guests: number; readonly killAfter?: number },
): Promise<Removal> {
  const { client, productUrl, operatorToken, worker } = servers;
  const { teamId, ownerId, workspaceId } = crowd;
  const { token } = await createRest(productUrl, operatorToken).post<{ token: string }>(
    `/v1/users/${ownerId}/tokens`,
    { name: 'bench' },
  );
  const owner = createRest(productUrl, token);
  const began = performance.now();
  const since = (): number => performance.now() - began;
  const until = async (what: string, holds: () => Promise<boolean>): Promise<number> => {
    while (!(await holds())) {
      if (since() > OVER_WITHIN_MS) throw new Error(`${what} did not come about`);
      await pause(LOOK_EVERY_MS);
    }
    return since();
  };
  const call = await fetch(new URL(`/v1/workspaces/${workspaceId}`, productUrl), {
    method: 'DELETE',
    headers: { authorization: `Bearer ${token}` },
  });
  const { operation } = (await call.json()) as { operation: Operation };
  const answered = since();
  const path = `/v1/operations/${operation.id}`;
  const progress = new Set<number>();
  let isKilled = given.killAfter === undefined;
  let isFollowed = true;
  const follow = async (): Promise<void> => {
    while (isFollowed) {
      progress.add((await owner.get<Operation>(path)).progress.done);
      await pause(REST_EVERY_MS);
    }
  };
  const following = follow();
  const written = await until('the last line', async () => {
    const { rows } = await owned.query<{ state: string; done: number }>(
      'select state, done from operations where id = $1',
      [operation.id],
    );
    const [now] = rows;
    if (!isKilled && (now?.done ?? 0) >= (given.killAfter ?? 0)) {
      isKilled = true;
      await worker.kill();
      worker.start();
    }
    return now?.state === 'completed';
  }).finally(() => (isFollowed = false));
  await following;
  const told = await until('the last notice', async () => {
    const { rows } = await owned.query<{ told: number }>(
      'select count(*)::int as told from notifications where team_id = $1',
      [teamId],
    );
    return rows[0]?.told === given.guests + 1;
  });
  const run = client.workflow.getHandle(accessChangeWorkflowId(operation.id));
  await run.result();
  const over = since();
  const { rows } = await owned.query<{ lines: number; people: number }>(
    `select count(*)::int as lines, count(distinct target_id)::int as people from audit_events
      where team_id = $1 and action = 'guest.removed'`,
    [teamId],
  );
  const { ok } = await owner.get<{ ok: boolean }>(`/v1/teams/${teamId}/audit-events/verify`);
  if (rows[0]?.lines !== given.guests || rows[0].people !== given.guests || !ok) {
    throw new Error(`not each of ${given.guests} was removed once: ${JSON.stringify({ ...rows[0], ok })}`);
  }
  const { historyLength: events } = await run.describe();
  const gauged = (await (await fetch(worker.gaugeUrl)).json()) as Gauged;
  return { answered, written, told, over, progress: [...progress], events, gauged };
}
