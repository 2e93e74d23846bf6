/** Something that is measured: one round of it takes this many ms a call. */
export interface Variant {
  readonly name: string;
  readonly call: () => Promise<void>;
}

/** Medians over rounds, ms a call, and the spread of a variant against itself in the same rounds. */
export interface Measured {
  readonly medians: ReadonlyMap<string, number>;
  /** Lowest and highest ratio of the first variant's second turn to its first, per round. */
  readonly itself: readonly [number, number];
}

const ROUNDS = 7;
const CALLS = 20;

/** Measures variants in turn inside each round, so that what else the machine does meets them all alike. */
export async function measure(variants: readonly Variant[]): Promise<Measured> {
  const [first] = variants;
  if (first === undefined) throw new Error('nothing to measure');
  const times = new Map<string, number[]>(variants.map(({ name }) => [name, []]));
  const ratios: number[] = [];
  for (const { call } of variants) await turn(call);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { name, call } of variants) times.get(name)?.push(await turn(call));
    ratios.push((await turn(first.call)) / (times.get(first.name)?.at(-1) ?? NaN));
  }
  return {
    medians: new Map([...times].map(([name, all]) => [name, median(all)])),
    itself: [Math.min(...ratios), Math.max(...ratios)],
  };
}

async function turn(call: () => Promise<void>): Promise<number> {
  const start = process.hrtime.bigint();
  for (let nth = 0; nth < CALLS; nth += 1) await call();
  return Number(process.hrtime.bigint() - start) / 1e6 / CALLS;
}

function median(all: readonly number[]): number {
  return [...all].sort((one, other) => one - other)[Math.floor(all.length / 2)] ?? NaN;
}
