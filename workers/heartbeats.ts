import type { ActivityInterceptorsFactory } from '@temporalio/worker';

/** Well inside the shortest heartbeat time-out of our activities, ten seconds. */
const BEAT_MS = 2_000;

/**
 * Every activity beats for as long as its process lives, so that a killed worker's work is taken up by another after its
 * heartbeat time-out instead of its far longer start-to-close time-out. One that hangs is ended by the latter.
 */
export const heartbeats: ActivityInterceptorsFactory = (context) => ({
  inbound: {
    execute: async (input, next) => {
      const beat = setInterval(() => {
        context.heartbeat();
      }, BEAT_MS);
      try {
        return await next(input);
      } finally {
        clearInterval(beat);
      }
    },
  },
});
