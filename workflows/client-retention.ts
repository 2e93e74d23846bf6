import type { Line } from './client-connection';

/** How long Temporal keeps the runs of a namespace that are over. */
export interface Retention {
  /** Asks Temporal for it. @returns whether it answered */
  ask(): Promise<boolean>;
  /**
   * Whether a run is still there that was done at an instant; it may have told people for a while after that. Until Temporal has
   * said how long it keeps runs, all of them are.
   * @param endedAt null: it goes on
   */
  isKept(endedAt: Date | null, now: Date): boolean;
}

const ASK_WITHIN_MS = 2_000;
/** An operator may change it. */
const ASK_AGAIN_MS = 3_600_000;

/** Knows it from what Temporal answered last; nobody waits for that. */
export function createRetention(line: Line, namespace: string): Retention {
  let keptMs = Infinity;
  let askedAt = -Infinity;
  const ask = async (): Promise<boolean> => {
    askedAt = performance.now();
    try {
      const { config } = await line.within(ASK_WITHIN_MS, () =>
        line.connection.workflowService.describeNamespace({ namespace }),
      );
      const ms = Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) * 1_000;
      keptMs = ms > 0 ? ms : Infinity;
      return true;
    } catch {
      return false;
    }
  };
  return {
    ask,
    isKept: (endedAt, now) => {
      if (endedAt === null) return true;
      if (performance.now() - askedAt > ASK_AGAIN_MS) void ask();
      return now.getTime() - endedAt.getTime() < keptMs;
    },
  };
}
