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

const WINDOW_S = 60;
const UNCOUNTED: Counted = { headers: {}, refusal: null };

/** @param perMinute calls of one token, person or address; 0 switches it off */
export function createLimits(perMinute: number): Limits {
  if (perMinute === 0) return { count: () => Promise.resolve(UNCOUNTED) };
  const limiter = new RateLimiterMemory({ points: perMinute, duration: WINDOW_S });
  return {
    count: async ({ type, key }) => {
      // Setting a world up is the operator's own doing.
      if (type === 'operator') return UNCOUNTED;
      try {
        return { headers: headersOf(perMinute, await limiter.consume(key)), refusal: null };
      } catch (error) {
        if (!(error instanceof RateLimiterRes)) throw error;
        const retryAfter = Math.max(1, Math.ceil(error.msBeforeNext / 1_000));
        const sentence = `More than ${perMinute} calls in a minute.`;
        return {
          headers: headersOf(perMinute, error),
          refusal: new Refusal('rate_limited', sentence, { retryAfter }),
        };
      }
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
