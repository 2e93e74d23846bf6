import { setTimeout as sleep } from 'node:timers/promises';

/** Work that is done again and again, until it is stopped. */
export interface Repeating {
  /** Resolves when a round that is under way is over. */
  stop(): Promise<void>;
}

/** Does the work now, and again this long after each end of it. @param failed is told of a round that failed */
export function repeating(
  everyMs: number,
  work: () => Promise<unknown>,
  failed: (error: unknown) => void,
): Repeating {
  const stopping = new AbortController();
  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await work().catch(failed);
      await sleep(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const running = loop();
  return {
    stop: () => {
      stopping.abort();
      return running;
    },
  };
}
