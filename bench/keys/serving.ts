import { keyOf } from '../../domain/access-key';
import type { Served } from '../servers';
import type { Row } from '../results';
import { partBy, processorTimes } from '../processor';
import { ratiosOf, shuffled, spreadOf, verdictByCost, verdictOf, type Goal } from '../verdict';
import { getOf, peak, steady, type Target } from './load';
import type { KeyWorld } from './world';

/** Rates of a variant, round by round, requests a second. */
type Rates = Map<string, number[]>;

/** How long and how often. */
export interface Pace {
  readonly rounds: number;
  readonly seconds: number;
}

const WARM_KEYS = 100;
const BASE = 'bare-http-pg';
const BASE_AGAIN = `${BASE} again`;
const OBJECTION = 'bare-express-objection';
const WARM_UP_SECONDS = 2;
/** What a turn left to write is written within a second, and is not to meet the next one. */
const PAUSE_MS = 1_500;
/** Everything that serves reads. */
const PARTS = partBy([
  ['servers', 'bench/bare/'],
  ['servers', 'api/main.ts'],
  ['servers', 'postgres'],
]);

/** A cold read writes its use, too: it may take a fifth more of the processor than one that writes nothing. */
const COLD_COST: Goal = { is: 'at least', ratio: 1 / 1.2 };
const GOALS: readonly {
  readonly what: string;
  readonly to: string;
  readonly goal: Goal;
  readonly costGoal?: Goal;
}[] = [
  { what: 'warm', to: BASE, goal: { is: 'at least', ratio: 2 } },
  { what: 'warm', to: OBJECTION, goal: { is: 'at least', ratio: 10 } },
  { what: 'cold', to: BASE, goal: { is: 'at least', ratio: 0.85 }, costGoal: COLD_COST },
  { what: '304', to: BASE, goal: { is: 'at least', ratio: 2 } },
  { what: 'bad checksum', to: BASE, goal: { is: 'at least', ratio: 2 } },
];

/** The servers beside each other. */
export interface Sides {
  readonly product: Served;
  readonly bare: Served;
  readonly objection: Served;
}

/** Throughput of each kind of read, interleaved with the baselines in random order within each round. */
export async function measurePeaks(
  world: KeyWorld,
  { product, bare, objection }: Sides,
  { rounds, seconds }: Pace,
): Promise<{ readonly rows: Row[]; readonly itself: readonly number[]; readonly basePeak: number }> {
  const warm = inTurn(Array.from({ length: WARM_KEYS }, (_, nth) => getOf(world.pathOf(nth))));
  const cold = (): Buffer => getOf(world.pathOf(Math.floor(Math.random() * world.keys.length)));
  const known = inTurn(
    Array.from({ length: WARM_KEYS }, (_, nth) => getOf(world.pathOf(nth), ['If-None-Match: "1"'])),
  );
  const right = keyOf('0'.repeat(32));
  const wrong = inTurn([
    getOf(`${world.pathOf(0).split('=')[0] ?? ''}=${right.slice(0, -1)}${right.endsWith('0') ? '1' : '0'}`),
  ]);
  const targets = new Map<string, Target>([
    [BASE, { port: bare.port, next: cold, status: 200 }],
    [BASE_AGAIN, { port: bare.port, next: cold, status: 200 }],
    [OBJECTION, { port: objection.port, next: cold, status: 200 }],
    ['warm', { port: product.port, next: warm, status: 200 }],
    ['cold', { port: product.port, next: cold, status: 200 }],
    ['304', { port: product.port, next: known, status: 304 }],
    ['bad checksum', { port: product.port, next: wrong, status: 401 }],
  ]);
  for (const target of targets.values()) await peak(target, WARM_UP_SECONDS);
  const rates: Rates = new Map([...targets.keys()].map((name) => [name, []]));
  const costs: Rates = new Map([...targets.keys()].map((name) => [name, []]));
  const servers = (): number => processorTimes(PARTS)['servers'] ?? NaN;
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, target] of shuffled([...targets])) {
      const before = servers();
      const { perSecond, errors } = await peak(target, seconds);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      if (errors > 0) throw new Error(`${name}: ${errors} wrong answers`);
      rates.get(name)?.push(perSecond);
      // Milliseconds for a thousand requests, what is written after the turn included.
      costs.get(name)?.push((servers() - before) / ((perSecond * seconds) / 1_000));
    }
  }
  const of = (name: string): number[] => rates.get(name) ?? [];
  const cost = (name: string): number[] => costs.get(name) ?? [];
  const itself = ratiosOf(of(BASE_AGAIN), of(BASE));
  const unit = 'a second';
  const rows: Row[] = [BASE, OBJECTION].map((what) => ({ what, value: spreadOf(of(what)), unit }));
  for (const { what, to, goal, costGoal } of GOALS) {
    const ratios = ratiosOf(of(what), of(to));
    rows.push({
      ...{ what, value: spreadOf(of(what)), unit, ratio: { to, is: spreadOf(ratios) } },
      ...{
        goal: goalText(goal),
        verdict: verdictByCost(ratios, goal, itself, ratiosOf(cost(to), cost(what)), costGoal),
      },
    });
  }
  for (const what of [BASE, BASE_AGAIN, OBJECTION, 'warm', 'cold', '304', 'bad checksum']) {
    const ratio = { to: BASE, is: spreadOf(ratiosOf(cost(what), cost(BASE))) };
    rows.push({
      ...{ what: `processor for a thousand, ${what}`, value: spreadOf(cost(what)), unit: 'ms' },
      ...(what === BASE ? {} : { ratio }),
    });
  }
  return { rows, itself, basePeak: spreadOf(of(BASE)).median };
}

/** The 99th percentile of both at the same fixed rate, half of what the bare one takes. */
export async function measureTails(
  world: KeyWorld,
  { product, bare }: Pick<Sides, 'product' | 'bare'>,
  { rounds, seconds, rate }: Pace & { readonly rate: number },
): Promise<Row[]> {
  const next = inTurn(Array.from({ length: WARM_KEYS }, (_, nth) => getOf(world.pathOf(nth))));
  const tails: Rates = new Map([BASE, BASE_AGAIN, 'warm'].map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, times] of shuffled([...tails])) {
      const port = name === 'warm' ? product.port : bare.port;
      const { p99, errors } = await steady({ port, next, status: 200 }, seconds, rate);
      if (errors > 0) throw new Error(`${name}: ${errors} wrong answers`);
      times.push(p99);
    }
  }
  const of = (name: string): number[] => tails.get(name) ?? [];
  const goal: Goal = { is: 'at most', ratio: 2 };
  const ratios = ratiosOf(of('warm'), of(BASE));
  const at = `99th percentile at ${Math.round(rate).toLocaleString('en')} a second`;
  return [
    { what: `${BASE}, ${at}`, value: spreadOf(of(BASE)), unit: 'ms' },
    {
      ...{
        what: `warm, ${at}`,
        value: spreadOf(of('warm')),
        unit: 'ms',
        ratio: { to: BASE, is: spreadOf(ratios) },
      },
      ...{ goal: goalText(goal), verdict: verdictOf(ratios, goal, ratiosOf(of(BASE_AGAIN), of(BASE))) },
    },
  ];
}

/** A goal as a reader has it. */
export function goalText({ is, ratio }: Goal): string {
  return `${is === 'at least' ? '≥' : '≤'} ${ratio}×`;
}

function inTurn(requests: readonly Buffer[]): () => Buffer {
  let nth = 0;
  return () => requests[(nth += 1) % requests.length] ?? Buffer.alloc(0);
}
