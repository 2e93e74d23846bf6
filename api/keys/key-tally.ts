/**
 * What a read by access key came to. Misses are told apart no further than their callers could do themselves: a figure that
 * rose for ended keys alone would tell whoever reads it what the answer keeps from them (KEY-3).
 */
export const KEY_OUTCOMES = [
  'served',
  'not_modified',
  'no_key',
  'mistyped_key',
  'unknown_key',
  'throttled',
  'failed',
] as const;
export type KeyOutcome = (typeof KEY_OUTCOMES)[number];

/** Counts reads by access key since the process began. */
export interface KeyTally {
  count(outcome: KeyOutcome): void;
  /** How often each came about. */
  totals(): Readonly<Record<KeyOutcome, number>>;
}

/** Begins at nought. Plain numbers: what is counted on every read costs next to nothing. */
export function createKeyTally(): KeyTally {
  const totals = Object.fromEntries(KEY_OUTCOMES.map((outcome) => [outcome, 0])) as Record<
    KeyOutcome,
    number
  >;
  return {
    count: (outcome) => {
      totals[outcome] += 1;
    },
    totals: () => totals,
  };
}
