import { Connection, defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';

/** How to reach Temporal; the fields of the configuration that matter here. */
export interface TemporalAccess {
  readonly address: string;
  readonly namespace: string;
  readonly apiKey: string | null;
  readonly tls: object | null;
  readonly uiUrl: string | null;
}

/** A start is one write in Temporal; what does not come by then is left to the starter. */
export const START_WITHIN_MS = 4_000;
/** Tries at one call: two seconds in all, so that whoever waits hears soon that Temporal is down (the SDK's ten take nine). */
const CALL_TRIES = 5;
/** Looked for again at least this often, so that Temporal is in use as soon as it is back (gRPC's own limit is two minutes). */
const RECONNECT_WITHIN_MS = 2_000;

/** A connection whose calls are bounded in time. */
export interface Line {
  readonly connection: Connection;
  /** Makes calls, all of which end by then. @throws what the calls throw; Temporal's deadline error when time is up */
  within<T>(ms: number, calls: () => Promise<T>): Promise<T>;
  /** Closes when the calls that are under way have ended: one that is tried again on a closed connection ends the process. */
  close(): Promise<void>;
}

/** A connection that is made when it is first used. */
export function openLine({ address, tls, apiKey }: TemporalAccess): Line {
  const connection = Connection.lazy({
    address,
    ...(tls === null ? {} : { tls }),
    ...(apiKey === null ? {} : { apiKey }),
    channelArgs: { 'grpc.max_reconnect_backoff_ms': RECONNECT_WITHIN_MS },
    interceptors: [makeGrpcRetryInterceptor(defaultGrpcRetryOptions({ maxAttempts: CALL_TRIES }))],
  });
  const underWay = new Set<Promise<unknown>>();
  return {
    connection,
    within: async (ms, calls) => {
      const call = connection.withDeadline(Date.now() + ms, calls);
      underWay.add(call);
      try {
        return await call;
      } finally {
        underWay.delete(call);
      }
    },
    close: async () => {
      await Promise.allSettled(underWay);
      await connection.close();
    },
  };
}
