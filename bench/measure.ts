import { ratiosOf, shuffled } from './verdict';

/** Something that is measured: one call of it. */
export interface Variant {
  readonly name: string;
  readonly call: () => Promise<void>;
}

/** What was measured, round by round. */
export interface Measured {
  /** Milliseconds a call, by name. */
  readonly times: ReadonlyMap<string, readonly number[]>;
  /** Ratios of the first variant's second turn to its first. */
  readonly itself: readonly number[];
}

/** Measures variants in random order inside each round, so that what else the machine does meets them all alike. */
export async function measure(
  variants: readonly Variant[],
  { rounds, calls }: { readonly rounds: number; readonly calls: number },
): Promise<Measured> {
  const [first] = variants;
  if (first === undefined) throw new Error('nothing to measure');
  const again = { ...first, name: `${first.name} again` };
  const times = new Map<string, number[]>([...variants, again].map(({ name }) => [name, []]));
  for (const { call } of variants) await turn(call, calls);
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, call } of shuffled([...variants, again]))
      times.get(name)?.push(await turn(call, calls));
  }
  const of = (name: string): readonly number[] => times.get(name) ?? [];
  return { times, itself: ratiosOf(of(again.name), of(first.name)) };
}

async function turn(call: () => Promise<void>, calls: number): Promise<number> {
  const start = process.hrtime.bigint();
  for (let nth = 0; nth < calls; nth += 1) await call();
  return Number(process.hrtime.bigint() - start) / 1e6 / calls;
}
