import express, {
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
  type Router,
} from 'express';
import { pipeline, Readable } from 'node:stream';
import { v7 as uuid } from 'uuid';
import { Refusal } from '../domain/refusal';
import { actorOf, depsFor, identify, unauthorized, type Caller } from './auth/caller';
import { hasCsrfToken } from './auth/session';
import { check, parse } from './checked-input';
import type { ApiDeps } from './deps';
import { underKey, type KeptAnswer, type Try } from './idempotency';
import { build, problemBody, problemOf } from './problem';
import type { Limits } from './rate-limits';
import type { Route, RouteAnswer } from './route';

/** Bodies of documents, and of all else (REST.md). */
const DOCUMENT_LIMIT = '10mb';
const BODY_LIMIT = '256kb';

/** Mounts the routes; a path that is known under other methods answers 405 with what it allows. */
export function mountRoutes(router: Router, routes: readonly Route[], deps: ApiDeps, limits: Limits): void {
  const methods = new Map<string, Set<string>>();
  for (const route of routes) {
    const path = route.path.replaceAll(/\{(\w+)\}/g, ':$1');
    methods.set(path, (methods.get(path) ?? new Set()).add(route.method.toUpperCase()));
    const body = express.raw({
      type: () => true,
      limit: route.document === true ? DOCUMENT_LIMIT : BODY_LIMIT,
    });
    router[route.method](path, body, handle(route, deps, limits));
  }
  for (const [path, allowed] of methods) {
    router.all(path, (request, response) => {
      response.set('Allow', [...allowed, ...(allowed.has('GET') ? ['HEAD'] : [])].sort().join(', '));
      sendProblem(request, response, build('method_not_allowed', 'This address does not take that method.'));
    });
  }
}

/** Answers a problem document. */
export function sendProblem(request: Request, response: Response, found: ReturnType<typeof problemOf>): void {
  response.status(found.status).set(found.headers).type('application/problem+json');
  response.send(JSON.stringify(problemBody(found, instanceOf(request))));
}

/** What a problem is about: the address without its query. */
function instanceOf(request: Request): string {
  return request.originalUrl.split('?')[0] ?? '/';
}

/** The id of a request, as it came or was made. */
export function requestIdOf(response: Response): string {
  return String(response.getHeader('X-Request-Id'));
}

function handle(route: Route, deps: ApiDeps, limits: Limits): RequestHandler {
  return async (request: Request, response: Response, next: NextFunction): Promise<void> => {
    try {
      const caller = await identify(deps, request);
      const { headers, refusal } = await limits.count(caller);
      response.set(headers);
      if (refusal !== null) throw refusal;
      admit(route, caller, request);
      const rawBody = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const own = depsFor(deps, caller.type === 'person' ? caller.ssoTeamId : undefined);
      const answer = await answerTo(route, own, { request, response, caller, rawBody });
      send(response, answer);
    } catch (error) {
      next(error);
    }
  };
}

interface Arrived {
  readonly request: Request;
  readonly response: Response;
  readonly caller: Caller;
  readonly rawBody: Buffer;
}

/** Lets in whom the route is for. @throws {Refusal} `unauthorized`, `forbidden` */
function admit(route: Route, caller: Caller, request: Request): void {
  if (!route.auth.includes(caller.type)) {
    if (caller.type === 'anonymous') throw unauthorized();
    throw new Refusal(
      'forbidden',
      `This call is for: ${route.auth.filter((kind) => kind !== 'anonymous').join(', ')}.`,
    );
  }
  const writes = route.method !== 'get';
  if (writes && caller.type === 'person' && caller.bySession && !hasCsrfToken(request)) {
    throw new Refusal('forbidden', 'A write from a browser needs the session’s token in x-csrf-token.');
  }
}

async function answerTo(route: Route, deps: ApiDeps, arrived: Arrived): Promise<RouteAnswer> {
  const { request, response, caller, rawBody } = arrived;
  const key = request.get('idempotency-key');
  const requestId = requestIdOf(response);
  const call = async ({ madeId, isRetry }: Try): Promise<RouteAnswer> =>
    route.handler({
      deps,
      caller,
      params: check(route.params, request.params, 'params'),
      query: check(route.query, request.query, 'query'),
      body: route.document === true ? undefined : check(route.body, parse(route, rawBody), 'body'),
      rawBody,
      madeId,
      isRetry,
      requestId,
      header: (name) => request.get(name),
      cause: () => ({
        actor: actorOf(caller),
        source: caller.type === 'person' && caller.bySession ? 'web' : 'api',
        requestId,
        asOf: deps.store.clock.now(),
      }),
    });
  if (route.method !== 'post' || key === undefined || caller.type === 'anonymous') {
    return call({ madeId: uuid(), isRetry: false });
  }
  if (key === '' || key.length > 255) {
    const errors = [{ path: 'Idempotency-Key', message: 'has to have 1 to 255 characters' }];
    throw new Refusal('invalid_request', 'The Idempotency-Key is not valid.', { errors });
  }
  const { method, path } = request;
  const keyed = { scope: caller.key, key, method, path, body: rawBody, secrets: route.secrets ?? [] };
  return underKey(deps.store, keyed, (attempt) => kept(request, () => call(attempt)));
}

/** A refusal is an answer like any other, and is kept with its key; what nobody foresaw is not. */
async function kept(request: Request, call: () => Promise<RouteAnswer>): Promise<KeptAnswer> {
  try {
    const { status, body, headers = {} } = await call();
    return { status, body, headers };
  } catch (error) {
    const found = problemOf(error);
    if (found.isFault || found.status === 503) throw error;
    const headers = { ...found.headers, 'Content-Type': 'application/problem+json' };
    return { status: found.status, body: problemBody(found, instanceOf(request)), headers };
  }
}

function send(response: Response, { status, body, headers = {} }: RouteAnswer): void {
  response.status(status).set(headers);
  if (body === undefined || body === null) {
    response.end();
  } else if (Buffer.isBuffer(body)) {
    response.end(body);
  } else if (isStream(body)) {
    if (response.getHeader('content-type') === undefined) response.type('text/csv');
    // A read that fails half way cuts the answer off: the caller sees it end short, and nothing else falls.
    pipeline(Readable.from(body), response, () => undefined);
  } else {
    const type = response.getHeader('content-type');
    response.type(typeof type === 'string' ? type : 'application/json').send(JSON.stringify(body));
  }
}

function isStream(body: unknown): body is AsyncIterable<string> {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
}
