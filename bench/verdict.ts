/** Middle, lowest and highest of a measurement's rounds. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** What a ratio is to reach: at least, or at most. */
export interface Goal {
  readonly is: 'at least' | 'at most';
  readonly ratio: number;
}

/** `inconclusive`: the goal is missed by less than the same thing differs from itself. */
export type Verdict = 'reached' | 'missed' | 'inconclusive';

/** The spread of rounds. @throws RangeError of none */
export function spreadOf(rounds: readonly number[]): Spread {
  const sorted = [...rounds].sort((one, other) => one - other);
  const median = sorted[Math.floor(sorted.length / 2)];
  if (median === undefined) throw new RangeError('nothing was measured');
  return { median, min: sorted[0] ?? median, max: sorted.at(-1) ?? median };
}

/** Ratios of two measurements, round by round: what else the machine did met both of a round alike. */
export function ratiosOf(measured: readonly number[], baseline: readonly number[]): number[] {
  return measured.map((value, round) => value / (baseline[round] ?? NaN));
}

/**
 * Whether the median of per-round ratios reaches a goal.
 * @param itself ratios of the baseline's second turn to its first in the same rounds
 */
export function verdictOf(ratios: readonly number[], goal: Goal, itself: readonly number[]): Verdict {
  const { median } = spreadOf(ratios);
  const noise = Math.max(...itself.map((ratio) => Math.max(ratio, 1 / ratio)));
  const [short, beyond] =
    goal.is === 'at least'
      ? [median < goal.ratio, median * noise < goal.ratio]
      : [median > goal.ratio, median / noise > goal.ratio];
  if (!short) return 'reached';
  return beyond ? 'missed' : 'inconclusive';
}

/**
 * As {@link verdictOf}; where the ratios lie within the noise, what each side's requests cost in processor time decides, which other
 * work on the machine hardly changes.
 * @param cost per-round ratios of the baseline's processor time for a request to that of what is measured
 * @param costGoal what that ratio is to reach, where it is not the same
 */
export function verdictByCost(
  ratios: readonly number[],
  goal: Goal,
  itself: readonly number[],
  cost: readonly number[],
  costGoal: Goal = goal,
): Verdict {
  const verdict = verdictOf(ratios, goal, itself);
  // Where the system does not tell, nothing decides.
  if (verdict !== 'inconclusive' || cost.some(Number.isNaN)) return verdict;
  return verdictOf(cost, costGoal, [1]);
}

/** The values in random order, so that none always has the same neighbour. */
export function shuffled<T>(values: readonly T[]): T[] {
  return values
    .map((value) => ({ value, at: Math.random() }))
    .sort((one, other) => one.at - other.at)
    .map(({ value }) => value);
}
