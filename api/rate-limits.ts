import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { Refusal } from '../domain/refusal';
import type { Caller } from './auth/caller';

/** Counts calls by caller, per minute and process (OPS-8). */
export interface Limits {
  /** @returns the RateLimit headers of the answer; @throws {Refusal} `rate_limited` past the limit */
  count(caller: Caller): Promise<Record<string, string>>;
}

const WINDOW_S = 60;

/** @param perMinute calls of one token, person or address; 0 switches it off */
export function createLimits(perMinute: number): Limits {
  if (perMinute === 0) return { count: () => Promise.resolve({}) };
  const limiter = new RateLimiterMemory({ points: perMinute, duration: WINDOW_S });
  return {
    count: async ({ type, key }) => {
      // Setting a world up is the operator's own doing.
      if (type === 'operator') return {};
      try {
        return headersOf(perMinute, await limiter.consume(key));
      } catch (error) {
        if (!(error instanceof RateLimiterRes)) throw error;
        const retryAfter = Math.max(1, Math.ceil(error.msBeforeNext / 1_000));
        throw new Refusal('rate_limited', `More than ${perMinute} calls in a minute.`, { retryAfter });
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
