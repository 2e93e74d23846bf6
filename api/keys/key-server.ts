import type { IncomingMessage, RequestListener } from 'node:http';
import type { Config } from '../../config/env';
import { withoutRedaction, type Log } from '../../config/log';
import { isKey } from '../../domain/access-key';
import { isFresh } from '../fresh';
import { problemOf } from '../problem';
import { createCounter } from '../rate-limits';
import { requestIdFor } from '../request-id';
import { MISS, NOT_ALLOWED, PREFLIGHT, problemAnswer, send, tooMany, type KeyAnswer } from './answers';
import { callerAddress } from './caller-address';
import { encodingFor, formOf } from './documents';
import type { FoundRead, KeyReads } from './key-reads';
import type { KeyOutcome } from './key-tally';

const PATH = /^\/collections\/([^/?]+)\/?(?:\?(.*))?$/;

/**
 * Answers `GET /collections/{id}?access_key=` in front of Express, whose work would cost more than the answer (KEY-3);
 * hands everything else on.
 */
export function keyServer(
  reads: Pick<KeyReads, 'find' | 'use' | 'tally'>,
  config: Pick<Config, 'rates' | 'trustProxy'>,
  log: Log,
): (next: RequestListener) => RequestListener {
  const misses = createCounter(config.rates.miss);
  const perKey = createCounter(config.rates.key);
  const addressOf = callerAddress(config.trustProxy);
  const lines = withoutRedaction(log);
  const { tally } = reads;

  const miss = async (request: IncomingMessage, kind: KeyOutcome): Promise<KeyAnswer> => {
    const { headers, retryAfter } = await misses.count(addressOf(request));
    tally.count(retryAfter === null ? kind : 'throttled');
    if (retryAfter === null) return MISS;
    return tooMany('Too many misses from this address.', listed(headers), retryAfter);
  };
  const read = async (request: IncomingMessage, id: string, query: string): Promise<KeyAnswer> => {
    const key = keyIn(request, query);
    if (key === null) return miss(request, 'no_key');
    // One that was typed wrong costs no query (KEY-1).
    if (!isKey(key)) return miss(request, 'mistyped_key');
    const found = await reads.find(key, id.toLowerCase());
    if (found === null) return miss(request, 'unknown_key');
    const counted = await perKey.count(found.keyId);
    const headers = listed(counted.headers);
    if (counted.retryAfter !== null) {
      tally.count('throttled');
      return tooMany('Too many reads with this access key.', headers, counted.retryAfter);
    }
    if (!(await reads.use(found))) return miss(request, 'unknown_key');
    const made = await documentAnswer(request, found, headers);
    tally.count(made.status === 304 ? 'not_modified' : 'served');
    return made;
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
        tally.count('failed');
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
        lines.info({ requestId, method, path, status: made.status, ms }, 'request');
      })
      .catch((error: unknown) => log.error({ requestId, err: error }, 'an answer could not be sent'));
  };
}

function listed(headers: Readonly<Record<string, string>>): string[] {
  const list: string[] = [];
  for (const name in headers) list.push(name, headers[name] ?? '');
  return list;
}

function keyIn(request: IncomingMessage, query: string): string | null {
  const header = request.headers['x-access-key'];
  return new URLSearchParams(query).get('access_key') ?? (typeof header === 'string' ? header : null);
}

async function documentAnswer(
  request: IncomingMessage,
  { document }: FoundRead,
  limits: readonly string[],
): Promise<KeyAnswer> {
  const accepted = request.headers['accept-encoding'];
  const encoding = encodingFor(typeof accepted === 'string' ? accepted : undefined, document);
  const form = encoding === null ? document : await formOf(document, encoding);
  if (isFresh(request.headers['if-none-match'], document.etag)) {
    return { status: 304, headers: [...form.validators, ...limits], body: null };
  }
  return { status: 200, headers: [...form.headers, ...limits], body: form.body };
}
