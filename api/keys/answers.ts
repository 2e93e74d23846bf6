import type { ServerResponse } from 'node:http';
import { build, problemBody, type Problem } from '../problem';

/** An answer to a read by access key. Headers are names and values in turn, as they go out. */
export interface KeyAnswer {
  readonly status: number;
  readonly headers: readonly string[];
  /** Bytes, or as many characters of Latin-1. */
  readonly body: Buffer | string | null;
}

const METHODS = 'GET, HEAD, OPTIONS';

/** Headers of every answer: any page may read what a key opens, and no page learns the key from a referrer. */
export const COMMON: readonly string[] = [
  ...['Access-Control-Allow-Origin', '*'],
  'Access-Control-Expose-Headers',
  'ETag, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Retry-After, X-Request-Id',
  ...['Cross-Origin-Resource-Policy', 'cross-origin'],
  ...['Referrer-Policy', 'no-referrer'],
  ...['X-Content-Type-Options', 'nosniff'],
];

/** The same for every miss (KEY-3): it tells nobody which part was wrong. */
export const MISS = problemAnswer(build('invalid_access_key', 'This access key opens nothing here.'));

/** What a page on another site may send. */
export const PREFLIGHT: KeyAnswer = {
  status: 204,
  headers: [
    ...COMMON,
    ...['Access-Control-Allow-Methods', METHODS],
    ...['Access-Control-Allow-Headers', 'X-Access-Key, If-None-Match, X-Request-Id'],
    // Ten minutes, the longest that every browser honours.
    ...['Access-Control-Max-Age', '600'],
  ],
  body: null,
};

/** Any method that does not read. */
export const NOT_ALLOWED = problemAnswer(
  build('method_not_allowed', 'This address does not take that method.'),
  ['Allow', METHODS],
);

/** Past a limit. @param headers the answer's RateLimit headers */
export function tooMany(sentence: string, headers: readonly string[], retryAfter: number): KeyAnswer {
  return problemAnswer(build('rate_limited', sentence, {}, retryAfter), headers);
}

/** A problem without `instance`: the address holds the key. */
export function problemAnswer(problem: Problem, headers: readonly string[] = []): KeyAnswer {
  const body = Buffer.from(JSON.stringify(problemBody(problem)));
  return {
    status: problem.status,
    headers: [
      ...COMMON,
      ...headers,
      ...Object.entries(problem.headers).flat(),
      ...['Cache-Control', 'no-store'],
      ...['Content-Type', 'application/problem+json'],
      ...['Content-Length', String(body.length)],
    ],
    body,
  };
}

/** Sends it. The list of headers goes out as it is, which takes Node a third less time than an object. */
export function send(
  response: ServerResponse,
  { status, headers, body }: KeyAnswer,
  requestId: string,
): void {
  response.writeHead(status, [...headers, 'X-Request-Id', requestId]);
  if (typeof body === 'string') response.end(body, 'latin1');
  else response.end(body ?? undefined);
}
