import type { Servers } from './servers';
import { bareSide } from './bare/side';
import type { Side } from './flow';
import { productSide } from './product';
import { turn, type Turn } from './turn';
import { counters, since, type Counters } from './counters';

/** How much is run. */
export interface Plan {
  readonly rounds: number;
  readonly flows: number;
  readonly parallel: number;
  readonly teams: number;
}

/** One turn with what it cost. */
export interface Measured extends Turn {
  readonly cost: Counters;
}

/** The turns of each side in order; `again` is the bare flow a second time in each round. */
export type Rounds = Readonly<Record<'product' | 'bare' | 'again', readonly Measured[]>>;

/** Runs the sides in turn inside each round, in changing order, so that what else the machine does meets them all alike. */
export async function run(servers: Servers, plan: Plan, say: (line: string) => void): Promise<Rounds> {
  const { client, sink, productUrl, bareUrl, operatorToken } = servers;
  const bare = bareSide(bareUrl, 'bare');
  const sides = {
    product: await productSide(productUrl, operatorToken, plan.teams),
    bare,
    again: bareSide(bareUrl, 'again'),
  };
  const names = ['product', 'bare', 'again'] as const;
  const rounds: Record<(typeof names)[number], Measured[]> = { product: [], bare: [], again: [] };
  const one = async (side: Side, flows: number, parallel = plan.parallel): Promise<Measured> => {
    const guests = await side.guests(flows);
    const ready = { ...side, guests: () => Promise.resolve(guests) };
    const before = await counters(servers);
    const done = await turn(ready, { flows, parallel }, client, sink);
    return { ...done, cost: since(before, await counters(servers), flows) };
  };
  // Cold processes first meet a few, then as many as they will be measured with.
  for (const [flows, parallel] of [
    [2, 2],
    [plan.flows, plan.parallel],
  ] as const) {
    for (const name of ['product', 'bare'] as const) await one(sides[name], flows, parallel);
  }
  for (let round = 0; round < plan.rounds; round += 1) {
    const order = names.map((_name, index) => names[(index + round) % names.length] ?? 'bare');
    for (const name of order) {
      const done = await one(sides[name], plan.flows);
      rounds[name].push(done);
      const { applied, perSecond, cost } = done;
      const cpu = Object.entries(cost.cpuMs).map(([part, ms]) => `${part} ${ms.toFixed(0)}`);
      say(
        `${round + 1} ${name.padEnd(8)} ${perSecond.toFixed(2)}/s, applied p50 ${applied.p50.toFixed(0)} p95 ${applied.p95.toFixed(0)} ms; processor a flow, ms: ${cpu.join(', ')}`,
      );
    }
  }
  return rounds;
}
