/** Longer than a call to Slack takes at most (its time-out): a claim outlives the call that it covers. */
const CLAIM_MS = 15_000;

/**
 * Another process is at work on the same message: whoever meets this comes back when that one is done, or dead. So two
 * never post the same, and an older drawing never lands on a newer one.
 */
export class AtWork extends Error {
  override readonly name = 'AtWork';

  constructor() {
    super('another process is at work on the same message');
  }
}

/** A claim from now on. */
export function claimFrom(now: Date): Date {
  return new Date(now.getTime() + CLAIM_MS);
}
