import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { Refusal } from '../domain/refusal';
import type { Caller } from './auth/caller';

/** Counts calls by caller, per minute and process (OPS-8). */
export interface Limits {
  count(caller: Caller): Promise<Counted>;
}

/** What counting a call came to. */
export interface Counted {
  /** The answer's RateLimit headers, also where the call is refused. */
  readonly headers: Readonly<Record<string, string>>;
  /** `rate_limited` past the limit. */
  readonly refusal: Refusal | null;
}

/** Counts by any key, per minute and process. */
export interface Counter {
  count(key: string): Promise<{
    readonly headers: Readonly<Record<string, string>>;
    /** Seconds to wait past the limit, else null. */
    readonly retryAfter: number | null;
  }>;
}

const WINDOW_S = 60;
const UNCOUNTED = { headers: {}, refusal: null, retryAfter: null };

/** @param perMinute how often each key may come; 0 switches it off */
export function createCounter(perMinute: number): Counter {
  if (perMinute === 0) return { count: () => Promise.resolve(UNCOUNTED) };
  const limiter = new RateLimiterMemory({ points: perMinute, duration: WINDOW_S });
  return {
    count: async (key) => {
      try {
        return { headers: headersOf(perMinute, await limiter.consume(key)), retryAfter: null };
      } catch (error) {
        if (!(error instanceof RateLimiterRes)) throw error;
        const retryAfter = Math.max(1, Math.ceil(error.msBeforeNext / 1_000));
        return { headers: headersOf(perMinute, error), retryAfter };
      }
    },
  };
}

/** @param perMinute calls of one token, person or address; 0 switches it off */
export function createLimits(perMinute: number): Limits {
  const counter = createCounter(perMinute);
  return {
    count: async ({ type, key }) => {
      // Setting a world up is the operator's own doing.
      if (type === 'operator') return UNCOUNTED;
      const { headers, retryAfter } = await counter.count(key);
      if (retryAfter === null) return { headers, refusal: null };
      const sentence = `More than ${perMinute} calls in a minute.`;
      return { headers, refusal: new Refusal('rate_limited', sentence, { retryAfter }) };
    },
  };
}

function headersOf(limit: number, { remainingPoints, msBeforeNext }: RateLimiterRes): Record<string, string> {
  return {
    'RateLimit-Limit': String(limit),
    'RateLimit-Remaining': String(Math.max(0, remainingPoints)),
    'RateLimit-Reset': String(Math.ceil(msBeforeNext / 1_000)),
  };
}
