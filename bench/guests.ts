import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { removeBare } from './guests/bare';
import { makeCrowd } from './guests/crowd';
import { removeByProduct, type Removal } from './guests/removal';
import { startServers, type Servers } from './invite/servers';
import { surroundings, writeResult, type Result } from './results';
import { ratiosOf, spreadOf, verdictOf } from './verdict';

const GUESTS = 10_000;
/** Two pages, so that there is a run that settles them. */
const FEW = 2_000;
const ROUNDS = 3;
/** How much slower than the bare loop the whole of it may be. */
const GOAL = { is: 'at most', ratio: 3 } as const;
const MIB = 1024 ** 2;

/** All that was measured; times in ms. */
interface Measured {
  readonly few: Removal;
  readonly rounds: readonly { readonly ours: Removal; readonly bare: number; readonly again: number }[];
  /** With mail, and the worker ended by kill -9 midway. */
  readonly killed: Removal;
}

/**
 * A workspace with ten thousand guests is deleted, over REST, with the run that follows on a Temporal server on Postgres; beside it
 * the same deletes and lines by bare SQL on the same server.
 */
export async function guests(isShort = false): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'doorlist-bench-'));
  // As root the database runs as another user, who has to get in.
  chmodSync(home, 0o755);
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const servers = await startServers(home, say, { bare: false, worker: 'bench/guests/worker.ts' });
  const [owned, bare] = [new Client(servers.databases.product), new Client(servers.databases.product)];
  try {
    await Promise.all([owned.connect(), bare.connect()]);
    const where = surroundings(servers.postgres);
    const rounds = isShort ? 1 : ROUNDS;
    writeResult(where, report(await run(servers, owned, bare, rounds, say)), isShort);
  } finally {
    await Promise.all([owned.end(), bare.end()]);
    await servers.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

async function run(
  servers: Servers,
  owned: Client,
  bare: Client,
  count: number,
  say: (line: string) => void,
): Promise<Measured> {
  const crowd = (size: number, isMailed = false) => makeCrowd(owned, size, isMailed);
  const remove = async (size: number) => removeByProduct(servers, owned, await crowd(size), { guests: size });
  // Cold processes first meet a few.
  await remove(FEW);
  const few = await remove(FEW);
  say(`${FEW}: ${shown(few)}`);
  const rounds: { ours: Removal; bare: number; again: number }[] = [];
  for (let round = 0; round < count; round += 1) {
    const [one, two, three] = [await crowd(GUESTS), await crowd(GUESTS), await crowd(GUESTS)];
    const first = await timed(() => removeBare(bare, one));
    const ours = await removeByProduct(servers, owned, two, { guests: GUESTS });
    const again = await timed(() => removeBare(bare, three));
    rounds.push({ ours, bare: first, again });
    say(`${GUESTS}: ${shown(ours)}; bare ${first.toFixed(0)} and ${again.toFixed(0)} ms`);
  }
  const midway = { guests: GUESTS, killAfter: GUESTS / 4 };
  const killed = await removeByProduct(servers, owned, await crowd(GUESTS, true), midway);
  say(`${GUESTS}, the worker killed midway, with mail: ${shown(killed)}`);
  return { few, rounds, killed };
}

function report({ few, rounds, killed }: Measured): Result {
  const ours = rounds.map((round) => round.ours);
  const bare = rounds.map((round) => (round.bare + round.again) / 2);
  const itself = rounds.map((round) => round.again / round.bare);
  const of = (value: (removal: Removal) => number) => spreadOf(ours.map(value));
  const ratios = ratiosOf(
    ours.map(({ written }) => written),
    bare,
  );
  const rows = [
    { what: `access of ${GUESTS} guests has ended`, value: of(({ answered }) => answered), unit: 'ms' },
    {
      ...{ what: `${GUESTS} removals are in the audit log`, value: of(({ written }) => written), unit: 'ms' },
      ...{ ratio: { to: 'bare', is: spreadOf(ratios) }, goal: `≤ ${GOAL.ratio}×` },
      verdict: verdictOf(ratios, GOAL, itself),
    },
    { what: 'the same by bare SQL', value: spreadOf(bare), unit: 'ms' },
    { what: 'then their notices are written', value: of(({ told, written }) => told - written), unit: 'ms' },
    {
      what: 'removals in the audit log, the worker ended by kill -9 after a quarter',
      ...{ value: killed.written, unit: 'ms' },
    },
    { what: `then ${GUESTS} notices are mailed as well`, value: killed.over - killed.written, unit: 'ms' },
    {
      what: 'steps of the progress that REST showed',
      value: of(({ progress }) => progress.length),
      unit: '',
    },
    { what: `events in the run’s history, ${FEW} guests`, value: few.events, unit: '' },
    { what: `events in the run’s history, ${GUESTS} guests`, value: of(({ events }) => events), unit: '' },
    { what: 'events in the run’s history, with mail and the kill', value: killed.events, unit: '' },
    { what: `heap of the worker after ${FEW} guests`, value: few.gauged.heap / MIB, unit: 'MiB' },
    {
      what: `heap of the worker after ${GUESTS} guests`,
      value: of(({ gauged }) => gauged.heap / MIB),
      unit: 'MiB',
    },
    {
      what: `the most meanwhile, garbage included, ${FEW} guests`,
      value: few.gauged.peak / MIB,
      unit: 'MiB',
    },
    {
      what: `the most meanwhile, garbage included, ${GUESTS} guests`,
      ...{ value: of(({ gauged }) => gauged.peak / MIB), unit: 'MiB' },
    },
  ];
  const about = `A workspace with ${GUESTS} guests is deleted over REST, from the call until each removal is written down by its run, on Temporal's server on Postgres, with API and worker as processes of their own; beside it the same deletes and chained lines by bare SQL in pages of a thousand. Each time it is made sure that each guest was removed once and that the log verifies.`;
  return { name: 'guests', about, rounds: rounds.length, itself: spreadOf(itself), rows };
}

function shown({ answered, written, told, over, events, progress, gauged }: Removal): string {
  const times = { answered, written, told, over };
  const each = Object.entries(times).map(([what, ms]) => `${what} ${ms.toFixed(0)}`);
  const { heap, peak, resident } = gauged;
  const memory = [heap, peak, resident].map((bytes) => (bytes / MIB).toFixed(0));
  return `${each.join(', ')} ms; ${events} events, ${progress.length} steps seen; heap, peak, resident ${memory.join(', ')} MiB`;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
