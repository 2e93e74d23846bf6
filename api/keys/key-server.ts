import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Config } from '../../config/env';
import type { Log } from '../../config/log';
import { isKey } from '../../domain/access-key';
import { build, problemBody, problemOf, type Problem } from '../problem';
import { isFresh } from '../fresh';
import { createCounter } from '../rate-limits';
import { requestIdFor } from '../request-id';
import { callerAddress } from './caller-address';
import { encodingFor, packed } from './documents';
import type { FoundRead, KeyReads } from './key-reads';

const PATH = /^\/collections\/([^/?]+)\/?(?:\?(.*))?$/;
const METHODS = 'GET, HEAD, OPTIONS';
/** The same for every miss (KEY-3): it tells nobody which part was wrong. */
const MISS = problemAnswer(build('invalid_access_key', 'This access key opens nothing here.'));

/** On every answer: any page may read what a key opens, and no page learns the key from a referrer. */
const COMMON = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers':
    'ETag, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Retry-After, X-Request-Id',
  'Cross-Origin-Resource-Policy': 'cross-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
} as const;

interface KeyAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
}

/**
 * Answers `GET /collections/{id}?access_key=` in front of Express, whose work would cost more than the answer (KEY-3);
 * hands everything else on.
 */
export function keyServer(
  reads: Pick<KeyReads, 'find' | 'use'>,
  config: Pick<Config, 'rates' | 'trustProxy'>,
  log: Log,
): (next: RequestListener) => RequestListener {
  const misses = createCounter(config.rates.miss);
  const perKey = createCounter(config.rates.key);
  const addressOf = callerAddress(config.trustProxy);

  const miss = async (request: IncomingMessage): Promise<KeyAnswer> => {
    const { headers, retryAfter } = await misses.count(addressOf(request));
    return retryAfter === null ? MISS : tooMany('Too many misses from this address.', headers, retryAfter);
  };
  const read = async (request: IncomingMessage, id: string, query: string): Promise<KeyAnswer> => {
    const key = keyIn(request, query);
    // A key that was typed wrong costs no query (KEY-1).
    const found = key !== null && isKey(key) ? await reads.find(key, id.toLowerCase()) : null;
    if (found === null) return miss(request);
    const { headers, retryAfter } = await perKey.count(found.keyId);
    if (retryAfter !== null) return tooMany('Too many reads with this access key.', headers, retryAfter);
    if (!(await reads.use(found))) return miss(request);
    return documentAnswer(request, found, headers);
  };
  const answer = async (request: IncomingMessage, id: string, query: string): Promise<KeyAnswer> => {
    if (request.method === 'OPTIONS') return PREFLIGHT;
    if (request.method !== 'GET' && request.method !== 'HEAD') return NOT_ALLOWED;
    return read(request, id, query);
  };

  return (next) => (request, response) => {
    const match = PATH.exec(request.url ?? '');
    if (match === null) {
      next(request, response);
      return;
    }
    const from = performance.now();
    const given = request.headers['x-request-id'];
    const requestId = requestIdFor(typeof given === 'string' ? given : undefined);
    const [, id = '', query = ''] = match;
    answer(request, id, query)
      .catch((error: unknown) => {
        const problem = problemOf(error);
        // The error names the statement and never its values.
        log.error({ requestId, err: error }, 'a read by access key failed');
        return problemAnswer(problem);
      })
      .then((made) => {
        send(response, made, requestId);
        const { method } = request;
        // The id alone: the key stands in the query.
        const path = `/collections/${/^[\w-]{1,64}$/.test(id) ? id : '…'}`;
        const ms = Math.round(performance.now() - from);
        log.info({ requestId, method, path, status: made.status, ms }, 'request');
      })
      .catch((error: unknown) => log.error({ requestId, err: error }, 'an answer could not be sent'));
  };
}

function keyIn(request: IncomingMessage, query: string): string | null {
  const header = request.headers['x-access-key'];
  return new URLSearchParams(query).get('access_key') ?? (typeof header === 'string' ? header : null);
}

async function documentAnswer(
  request: IncomingMessage,
  { document }: FoundRead,
  limits: Readonly<Record<string, string>>,
): Promise<KeyAnswer> {
  const headers = {
    ...limits,
    ETag: document.etag,
    'Cache-Control': 'no-cache',
    Vary: 'Accept-Encoding, X-Access-Key',
  };
  if (isFresh(request.headers['if-none-match'], document.etag)) return { status: 304, headers, body: null };
  const accepted = request.headers['accept-encoding'];
  const encoding = encodingFor(typeof accepted === 'string' ? accepted : undefined, document);
  const body = encoding === null ? document.body : await packed(document, encoding);
  const type = { 'Content-Type': 'application/json; charset=utf-8' };
  const encoded = encoding === null ? {} : { 'Content-Encoding': encoding };
  return { status: 200, headers: { ...headers, ...type, ...encoded }, body };
}

const PREFLIGHT: KeyAnswer = {
  status: 204,
  headers: {
    'Access-Control-Allow-Methods': METHODS,
    'Access-Control-Allow-Headers': 'X-Access-Key, If-None-Match, X-Request-Id',
    // Ten minutes, the longest that every browser honours.
    'Access-Control-Max-Age': '600',
  },
  body: null,
};

const NOT_ALLOWED: KeyAnswer = problemAnswer(
  build('method_not_allowed', 'This address does not take that method.'),
  { Allow: METHODS },
);

function tooMany(sentence: string, headers: Readonly<Record<string, string>>, retryAfter: number): KeyAnswer {
  return problemAnswer(build('rate_limited', sentence, {}, retryAfter), headers);
}

/** A problem without `instance`: the address holds the key. */
function problemAnswer(problem: Problem, headers: Readonly<Record<string, string>> = {}): KeyAnswer {
  return {
    status: problem.status,
    headers: {
      ...headers,
      ...problem.headers,
      'Cache-Control': 'no-store',
      'Content-Type': 'application/problem+json',
    },
    body: Buffer.from(JSON.stringify(problemBody(problem))),
  };
}

function send(response: ServerResponse, { status, headers, body }: KeyAnswer, requestId: string): void {
  const length = body === null ? {} : { 'Content-Length': String(body.length) };
  response.writeHead(status, { ...COMMON, ...headers, ...length, 'X-Request-Id': requestId });
  response.end(body ?? undefined);
}
