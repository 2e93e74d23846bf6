import type { Context } from '@slack/bolt';

/** The callback that is being handled, as the receiver's inbox knows it. */
export interface TakenIn {
  readonly key: string;
  /** It was acknowledged before and is worked off again: what is answered now reaches nobody. */
  readonly isRepeat: boolean;
  /** When this try fails there is no other. */
  readonly isLastTry: boolean;
}

/** The name under which the receiver hands it to Bolt. */
export const TAKEN_IN = 'takenIn';

/** Reads it. @throws {Error} for a callback that came past the inbox */
export function takenIn(context: Context): TakenIn {
  const value: unknown = context[TAKEN_IN];
  if (typeof value !== 'object' || value === null) throw new Error('a callback came past the inbox');
  return value as TakenIn;
}
