import { App, LogLevel, type Logger } from '@slack/bolt';
import { Router, type RequestHandler } from 'express';
import { watchClock } from '../config/clock-watch';
import type { Config } from '../config/env';
import type { Log } from '../config/log';
import { clockMetrics, mayReadMetrics } from '../config/metrics';
import { openStore } from '../store/database';
import { createProcesses } from '../workflows/client';
import type { BotDeps } from './deps';
import { registerListeners } from './listeners';
import { manifest } from './manifest';
import { InboxReceiver } from './receiver';
import { createSlack } from './web-client';

/** The bot as a part of a process; its router comes before any body parser. */
export interface Bot {
  readonly router: Router;
  /** `GET /metrics` of a process that the bot has for itself. */
  readonly metrics: RequestHandler;
  close(): Promise<void>;
}

/** The bot holds few connections: a click is a handful of short transactions. */
const POOL_MAX = 10;

/** Opens the database and the door to Temporal, and starts working off the inbox. Slack and Temporal may be down. */
export async function createBot(config: Config, log: Log): Promise<Bot> {
  if (config.slack === null) {
    const none: RequestHandler = (_request, _response, next) => next();
    return { router: Router(), metrics: none, close: () => Promise.resolve() };
  }
  if (config.slack.appToken !== null) {
    log.warn('SLACK_APP_TOKEN is set, but there is no Socket Mode yet: events have to come by HTTP');
  }
  const store = await openStore({ databaseUrl: config.databaseUrl, poolMax: POOL_MAX });
  const unwatch = watchClock(store.clock, log);
  const processes = createProcesses(store, { ...config.temporal, uiUrl: config.temporalUiUrl });
  const deps: BotDeps = { config, store, processes, slack: createSlack(config, store), log };
  const receiver = createReceiver(deps, config.slack.signingSecret);
  await receiver.start();
  const router = Router();
  router.use(receiver.router);
  router.get('/slack/manifest.json', (_request, response) => response.json(manifest(config.publicUrl)));
  const measured = clockMetrics(store.clock);
  return {
    router,
    metrics: async (request, response) => {
      const isAllowed = mayReadMetrics(config.metricsToken, request.headers.authorization);
      if (isAllowed) response.type(measured.contentType).send(await measured.metrics());
      else response.status(401).set('WWW-Authenticate', 'Bearer').end();
    },
    close: async () => {
      unwatch();
      await receiver.stop();
      await processes.close();
      await store.close();
    },
  };
}

/** The Bolt app behind its receiver. */
export function createReceiver(deps: BotDeps, signingSecret: string): InboxReceiver {
  const receiver = new InboxReceiver(deps, signingSecret);
  const app = new App({
    receiver,
    logger: boltLogger(deps.log),
    clientOptions: deps.slack.clientOptions,
    // Slack may be down when we start; a token is tried when it is used.
    tokenVerificationEnabled: false,
    authorize: async ({ teamId }) => {
      const botToken = await deps.slack.tokenFor(teamId ?? '');
      return botToken === null ? {} : { botToken };
    },
  });
  registerListeners(app, deps);
  // Thrown on to the receiver, which leaves the callback in the inbox for the next sweep.
  app.error((error) => Promise.reject(error));
  return receiver;
}

function boltLogger(log: Log): Logger {
  const child = log.child({ part: 'bolt' });
  return {
    debug: (...messages) => child.debug(messages.join(' ')),
    info: (...messages) => child.info(messages.join(' ')),
    warn: (...messages) => child.warn(messages.join(' ')),
    error: (...messages) => child.error(messages.join(' ')),
    setLevel: () => undefined,
    getLevel: () => LogLevel.INFO,
    setName: () => undefined,
  };
}
