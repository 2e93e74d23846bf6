import type { RequestListener } from 'node:http';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import helmet from 'helmet';
import { watchClock } from '../config/clock-watch';
import type { Config } from '../config/env';
import { mayReadMetrics } from '../config/metrics';
import { withoutRedaction, type Log } from '../config/log';
import { Refusal } from '../domain/refusal';
import { createMailer } from '../mail/mailer';
import { openStore } from '../store/database';
import { createProcesses } from '../workflows/client';
import { unauthorized } from './auth/caller';
import { createSessions, type Sessions } from './auth/session';
import type { ApiDeps } from './deps';
import { docsRouter } from './docs';
import { createKeyReads } from './keys/key-reads';
import { keyServer } from './keys/key-server';
import { createMetrics } from './metrics';
import { mountRoutes, requestIdOf, sendProblem } from './mount';
import { openApiDocument } from './openapi';
import { pagesRouter } from './pages/router';
import { sendErrorPage } from './pages/error-page';
import { problemOf } from './problem';
import { createLimits } from './rate-limits';
import { embeddingRouter } from './embedding';
import { requestIdFor } from './request-id';
import { openRoutes, routes, sessionRoutes } from './routes';

/** The API as a part of a process. */
export interface Api {
  readonly app: Express;
  /** Puts reading by access key in front of what answers the rest. */
  front(rest: RequestListener): RequestListener;
  close(): Promise<void>;
}

/** Opens the database and the door to Temporal, which may be down, and builds the app. */
export async function createApi(config: Config, log: Log): Promise<Api> {
  const store = await openStore({ databaseUrl: config.databaseUrl, poolMax: config.databasePoolMax });
  const processes = createProcesses(store, { ...config.temporal, uiUrl: config.temporalUiUrl });
  const mailer = createMailer(config);
  const sessions = createSessions(config);
  const unwatch = watchClock(store.clock, log);
  const keyReads = createKeyReads(store, log);
  const app = createApp({ config, store, processes, mailer, log, keyReads }, sessions);
  return {
    app,
    front: keyServer(keyReads, config, log),
    close: async () => {
      unwatch();
      await keyReads.close();
      await sessions.close();
      mailer.close();
      await processes.close();
      await store.close();
    },
  };
}

/** The app over given parts. */
export function createApp(deps: ApiDeps, sessions: Sessions): Express {
  const { config } = deps;
  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', config.trustProxy);
  app.set('etag', false);
  app.use(requestId, accessLog(deps.log));
  app.use(
    helmet({ hsts: config.publicUrl.startsWith('https:'), contentSecurityPolicy: contentPolicy(config) }),
  );
  app.use(health(deps), metrics(deps));
  app.use(docsRouter(openApiDocument(routes, config.publicUrl)));
  const limits = createLimits(config.rates.token);
  app.use(embeddingRouter());
  mountRoutes(app, openRoutes, deps, limits);
  app.use(sessions.middleware);
  mountRoutes(app, sessionRoutes, deps, limits);
  app.use('/v1', nothingHere);
  app.use(pagesRouter(deps), nothingHere);
  app.use(onError(deps));
  return app;
}

const nothingHere: RequestHandler = (_request, _response, next) => {
  next(new Refusal('not_found', 'There is nothing at this address.'));
};

/** Takes the caller's request id where it is one that can be logged, or makes one; answers carry it. */
const requestId: RequestHandler = (request, response, next) => {
  response.set('X-Request-Id', requestIdFor(request.get('x-request-id')));
  next();
};

function accessLog(log: Log): RequestHandler {
  const lines = withoutRedaction(log);
  return (request, response, next) => {
    const startedAt = process.hrtime.bigint();
    response.on('finish', () => {
      const ms = Number(process.hrtime.bigint() - startedAt) / 1e6;
      // A link's secret stands in its path: of pages with one only the first part is logged.
      const path = request.path.replace(/^\/(invitations|auth\/email)\/.+/, '/$1/…');
      const { method } = request;
      lines.info(
        { requestId: requestIdOf(response), method, path, status: response.statusCode, ms: Math.round(ms) },
        'request',
      );
    });
    next();
  };
}

function contentPolicy(config: Config) {
  const upgrade = config.publicUrl.startsWith('https:') ? [] : null;
  // Plain http on a developer's machine must not be turned into https by the browser.
  return { directives: { upgradeInsecureRequests: upgrade } };
}

function health({ store, processes }: ApiDeps): express.Router {
  const router = express.Router();
  router.get('/healthz', (_request, response) => void response.json({ status: 'ok' }));
  router.get('/readyz', async (_request, response) => {
    const database = await store.knex.raw('select 1').then(
      () => true,
      () => false,
    );
    const temporal = await processes.check();
    const missing = [...(database ? [] : ['database']), ...(temporal ? [] : ['temporal'])];
    response
      .status(missing.length === 0 ? 200 : 503)
      .json({ status: missing.length === 0 ? 'ready' : 'not ready', missing });
  });
  return router;
}

function metrics({ config, store, keyReads }: ApiDeps): express.Router {
  const measured = createMetrics(store, keyReads.tally);
  const router = express.Router();
  router.get('/metrics', async (request, response) => {
    if (!mayReadMetrics(config.metricsToken, request.headers.authorization)) throw unauthorized();
    response
      .set('Cache-Control', 'no-store')
      .type(measured.contentType)
      .send(await measured.text());
  });
  return router;
}

function onError({ log }: ApiDeps): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const found = problemOf(bodyError(error) ?? error);
    const asked = { requestId: requestIdOf(response), method: request.method, code: found.code };
    if (found.isFault) log.error({ ...asked, err: error }, 'a request failed');
    else if (found.status === 503) log.warn({ ...asked, err: error }, 'a request could not be served now');
    // A page for a browser alone, which names HTML: a program that takes anything gets the problem document.
    const isPage = !request.path.startsWith('/v1') && request.accepts(['json', 'html']) === 'html';
    if (isPage) sendErrorPage(request, response, found);
    else sendProblem(request, response, found);
  };
}

/** What the body parser refuses, in our words. */
function bodyError(error: unknown): Refusal | null {
  const type = (error as { type?: unknown } | null)?.type;
  if (type === 'entity.too.large') {
    const limit = (error as { limit?: number }).limit ?? 0;
    return new Refusal('too_large', `A body may have ${Math.round(limit / 1024)} kB here.`);
  }
  if (
    typeof type === 'string' &&
    (type.startsWith('entity.') || type.startsWith('encoding.') || type.startsWith('request.'))
  ) {
    return new Refusal('malformed_json', 'The body could not be read.');
  }
  return null;
}
