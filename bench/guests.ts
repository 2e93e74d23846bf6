import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Client } from 'pg';
import { v7 as uuid } from 'uuid';
import { startPostgres } from '../embedded/postgres';
import { migrate } from '../migrations/main';
import { deleteWorkspace } from '../operations/delete-workspace';
import { settleGuests } from '../operations/settle-guests';
import { writeLossNotices } from '../operations/write-loss-notices';
import { openStore, type Store } from '../store/database';
import { removeBare } from './guests/bare';
import { makeCrowd, type Crowd } from './guests/crowd';
import { surroundings, writeResult } from './results';
import { ratiosOf, spreadOf, verdictOf } from './verdict';

const GUESTS = 10_000;
/** A tenth: what is constant for each statement shows against it. */
const FEW = 1_000;
const ROUNDS = 5;
/** How much slower than the bare loop the whole of it may be. */
const GOAL = { is: 'at most', ratio: 3 } as const;
const MIB = 1024 ** 2;

/**
 * A workspace with ten thousand guests is deleted: until access has ended (the call's own transaction), and until each
 * removal is in the chained audit log; beside it the same deletes and lines by bare SQL on the same server.
 */
export async function guests(isShort = false): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'doorlist-bench-'));
  chmodSync(home, 0o755);
  const postgres = await startPostgres({ home });
  await migrate(postgres.url);
  const store = await openStore({ databaseUrl: postgres.url, poolMax: 4 });
  const [owned, bare] = [new Client(postgres.url), new Client(postgres.url)];
  await Promise.all([owned.connect(), bare.connect()]);
  const { rows: versions } = await owned.query<{ server_version: string }>('show server_version');
  const where = surroundings(versions[0]?.server_version ?? '');
  const rounds = isShort ? 1 : ROUNDS;
  let statements = 0;
  store.knex.on('query', () => (statements += 1));
  const crowd = async (size: number): Promise<Crowd> => {
    const made = await makeCrowd(owned, size);
    await owned.query('analyze');
    return made;
  };
  const times = { answered: [] as number[], ours: [] as number[], bare: [] as number[] };
  const [itself, heaps, notices] = [[] as number[], [] as number[], [] as number[]];
  try {
    await remove(store, await crowd(FEW));
    for (let round = 0; round < rounds; round += 1) {
      const [one, two, three] = [await crowd(GUESTS), await crowd(GUESTS), await crowd(GUESTS)];
      const first = await timed(() => removeBare(bare, one));
      const { answered, total, heap, operationId } = await remove(store, two);
      const again = await timed(() => removeBare(bare, three));
      times.answered.push(answered);
      times.ours.push(total);
      times.bare.push((first + again) / 2);
      itself.push(again / first);
      heaps.push(...heap);
      notices.push(await timed(() => tellAll(store, two.teamId, operationId)));
    }
    const count = async (size: number): Promise<number> => {
      const asked = await crowd(size);
      statements = 0;
      await remove(store, asked);
      return statements;
    };
    const [few, many] = [await count(FEW), await count(GUESTS)];
    const ratios = ratiosOf(times.ours, times.bare);
    const rows = [
      { what: `access of ${GUESTS} guests has ended`, value: spreadOf(times.answered), unit: 'ms' },
      {
        ...{ what: `${GUESTS} removals are in the audit log`, value: spreadOf(times.ours), unit: 'ms' },
        ...{ ratio: { to: 'bare', is: spreadOf(ratios) }, goal: `≤ ${GOAL.ratio}×` },
        verdict: verdictOf(ratios, GOAL, itself),
      },
      { what: 'the same by bare SQL', value: spreadOf(times.bare), unit: 'ms' },
      { what: 'their notices are written', value: spreadOf(notices), unit: 'ms' },
      { what: `statements for ${FEW} guests`, value: few, unit: '' },
      { what: `statements for ${GUESTS} guests`, value: many, unit: '' },
      { what: 'heap after each page of any round', value: spreadOf(heaps), unit: 'MiB' },
    ];
    const about = `A workspace with ${GUESTS} guests is deleted, and each removal written down; beside it the same deletes and chained lines by bare SQL in pages of a thousand.`;
    const result = { name: 'guests', about, rounds, itself: spreadOf(itself), rows };
    writeResult(where, result, isShort);
  } finally {
    await Promise.all([owned.end(), bare.end(), store.close()]);
    await postgres.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

/** Deletes the workspace and settles all pages, as the operation's run does. */
async function remove(store: Store, { teamId, ownerId, workspaceId }: Crowd) {
  const heap: number[] = [];
  const operationId = uuid();
  const cause = { actor: { type: 'person', userId: ownerId }, source: 'api', requestId: null } as const;
  const answered = await timed(() =>
    deleteWorkspace(store, { ...cause, asOf: store.clock.now() }, { id: operationId, teamId, workspaceId }),
  );
  let total = answered;
  let settled: number;
  do {
    settled = 0;
    total += await timed(async () => {
      settled = await settleGuests(store, { operationId, teamId, asOf: store.clock.now() });
    });
    heap.push(heapUsed());
  } while (settled > 0);
  return { answered, total, heap, operationId };
}

async function tellAll(store: Store, teamId: string, operationId: string): Promise<void> {
  const given = { operationId, teamId, asOf: store.clock.now(), publicUrl: 'https://doorlist.example' };
  let after: string | null = null;
  do after = (await writeLossNotices(store, { ...given, after })).next;
  while (after !== null);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - start) / 1e6;
}

/** What is in use after a collection, MiB: what a page leaves behind would add up. */
function heapUsed(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed / MIB;
}
