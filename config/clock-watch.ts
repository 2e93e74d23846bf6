import type { Log } from './log';

/** A clock this far off is broken, and not merely drifting (OPS-9). */
const TOO_FAR_MS = 5_000;
/** As often as the offset is measured. */
const LOOK_EVERY_MS = 60_000;

/** Whether a clock with this offset is broken (OPS-9). */
export function isFarOff(offsetMs: number): boolean {
  return Math.abs(offsetMs) > TOO_FAR_MS;
}

/**
 * Says in the log, now and once a minute, that this process's clock is more than five seconds away from the database's
 * (OPS-9). Deadlines are kept all the same: they are reckoned by the corrected clock.
 * @param note is told the offset at each look
 * @returns what ends it
 */
export function watchClock(
  clock: { offsetMs(): number },
  log: Pick<Log, 'warn'>,
  note: (offsetMs: number) => void = () => undefined,
): () => void {
  const look = (): void => {
    const offsetMs = clock.offsetMs();
    note(offsetMs);
    if (isFarOff(offsetMs)) log.warn({ offsetMs }, 'this clock is far from the database’s');
  };
  look();
  const timer = setInterval(look, LOOK_EVERY_MS).unref();
  return () => clearInterval(timer);
}
