import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Client } from 'pg';
import { v7 as uuid } from 'uuid';
import { bareSweep } from '../bare/sweep';
import type { Row } from '../results';
import type { Served } from '../servers';
import { ratiosOf, spreadOf, verdictOf, type Goal } from '../verdict';
import { getOf, steady } from './load';
import { goalText } from './serving';
import type { KeyWorld } from './world';

const BASE = 'bare SQL loop';
const DUE_DAYS = 61;

/**
 * The end of many keys of one team, marked and audited, beside a loop of plain SQL with the same chained audit; and the tail
 * of reads meanwhile.
 */
export async function measureEnds(
  databaseUrl: string,
  world: KeyWorld,
  product: Served,
  { rounds, due, rate }: { readonly rounds: number; readonly due: number; readonly rate: number },
): Promise<Row[]> {
  const sweeper = fork(join(__dirname, 'sweeper.ts'), [databaseUrl], { execArgv: ['--import', 'tsx'] });
  const ended = once(sweeper, 'exit').then(() => {
    throw new Error('the process that ends keys ended');
  });
  /** @throws Error when the process ends without one */
  const answer = async (): Promise<number> => {
    const [done] = (await Promise.race([once(sweeper, 'message'), ended])) as [number];
    return done;
  };
  await answer();
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const times = { bare: [] as number[], again: [] as number[], ours: [] as number[] };
  const tails = { calm: [] as number[], spin: [] as number[], bare: [] as number[], ours: [] as number[] };
  const target = { port: product.port, next: () => getOf(world.pathOf(0)), status: 200 };
  const sweeps = {
    bare: () => bareSweep(client, world.teamId, new Date()),
    again: () => bareSweep(client, world.teamId, new Date()),
    ours: () => {
      sweeper.send(world.teamId);
      return answer();
    },
  };
  const dueNow = (): Promise<void> => makeDue(client, world.teamId, due);
  const timed = async (name: keyof typeof sweeps): Promise<void> => {
    await dueNow();
    const start = performance.now();
    const done = await sweeps[name]();
    if (done !== due) throw new Error(`${done} of ${due} keys were ended`);
    times[name].push(performance.now() - start);
  };
  try {
    for (let round = 0; round < rounds; round += 1) {
      for (const name of ['bare', 'ours', 'again'] as const) await timed(name);
      tails.calm.push((await steady(target, 2, rate)).p99);
      tails.spin.push(await besideSpin(async () => (await steady(target, 2, rate)).p99));
      for (const name of ['bare', 'ours'] as const) {
        await dueNow();
        const [load] = await Promise.all([steady(target, 2, rate), sweeps[name]()]);
        tails[name].push(load.p99);
      }
    }
  } finally {
    await client.end();
    sweeper.disconnect();
  }
  const atMost: Goal = { is: 'at most', ratio: 4 };
  const tailAtMost: Goal = { is: 'at most', ratio: 1.5 };
  const ratios = ratiosOf(times.ours, times.bare);
  const tail = ratiosOf(tails.ours, tails.calm);
  const what = `${due.toLocaleString('en')} due keys of one team ended`;
  const at = `a warm read at ${Math.round(rate).toLocaleString('en')} a second, 99th percentile`;
  return [
    { what: `${what}, ${BASE}`, value: spreadOf(times.bare), unit: 'ms' },
    {
      ...{ what, value: spreadOf(times.ours), unit: 'ms', ratio: { to: BASE, is: spreadOf(ratios) } },
      goal: goalText(atMost),
      verdict: verdictOf(ratios, atMost, ratiosOf(times.again, times.bare)),
    },
    { what: at, value: spreadOf(tails.calm), unit: 'ms' },
    {
      ...{
        what: `${at}, while a process spins that touches nothing`,
        value: spreadOf(tails.spin),
        unit: 'ms',
      },
      ratio: { to: 'without', is: spreadOf(ratiosOf(tails.spin, tails.calm)) },
    },
    {
      ...{ what: `${at}, while the bare loop runs`, value: spreadOf(tails.bare), unit: 'ms' },
      ratio: { to: 'without', is: spreadOf(ratiosOf(tails.bare, tails.calm)) },
    },
    {
      ...{ what: `${at}, while keys end`, value: spreadOf(tails.ours), unit: 'ms' },
      ratio: { to: 'without', is: spreadOf(tail) },
      goal: goalText(tailAtMost),
      verdict: verdictOf(tail, tailAtMost, ratiosOf(tails.calm.slice(1), tails.calm)),
    },
  ];
}

/** Beside a process that keeps a processor busy and nothing else: what that costs reads is the machine's doing, not the sweep's. */
async function besideSpin<T>(measure: () => Promise<T>): Promise<T> {
  const spinner = spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' });
  const gone = once(spinner, 'exit');
  try {
    return await measure();
  } finally {
    spinner.kill('SIGKILL');
    await gone;
  }
}

/** Makes fresh keys that are past their end. They are nobody's in the world, so that nothing that is read ends. */
async function makeDue(client: Client, teamId: string, count: number): Promise<void> {
  const since = new Date(Date.now() - DUE_DAYS * 86_400_000);
  await client.query(
    `insert into access_keys (id, team_id, element_id, hash, tail, created_by, created_at, idle_since, keyring_told_at)
     select k.id, $1, e.id, sha256(k.id::text::bytea), 'tail', e.maker, $2, $2, $2
       from unnest($3::uuid[]) as k (id),
            (select elements.id, members.user_id as maker from elements, members
              where elements.team_id = $1 and members.team_id = $1 limit 1) e`,
    [teamId, since, Array.from({ length: count }, () => uuid())],
  );
}
