import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import type { Logger } from 'pino';
import { Changes } from './changes';
import { Clock } from './clock';
import type { SlackControl } from './control/contract';
import { controlRoutes } from './control/control-routes';
import { controlInProcess } from './control/in-process';
import type { ControlParts } from './control/parts';
import { Deliverer } from './delivery/deliver';
import { EventSender } from './delivery/events';
import { ResponseUrls } from './delivery/response-urls';
import { Warnings } from './delivery/warnings';
import { Faults } from './faults';
import { loopbackOnly } from './loopback';
import { pageRoutes } from './page/page-routes';
import { Recorder } from './record';
import { SlackState } from './state';
import { Triggers } from './triggers';
import { webApi } from './web-api';
import { ensureDefaultWorkspace } from './workspaces';

/** How the stand-in is started. */
export interface SlackOptions {
  /** Folder for its state; made when missing. */
  home: string;
  /** 0 or unset: any free one. */
  port?: number;
  log: Pick<Logger, 'warn' | 'error'>;
  /** The app's `…/slack/events`; null until it is known. Replaces what an earlier start was given. */
  eventsUrl: string | null;
  /** The app's event subscriptions, as in its manifest; none by default. */
  events?: readonly string[];
}

/** A running stand-in for Slack. */
export interface Slack {
  /** For `slackApiUrl`; ends with `/api/`. */
  apiUrl: string;
  /** The page to click in, and the base for `createSlackControl`. */
  webUrl: string;
  /** Team, token and secret of the workspace that exists from the first start on. */
  teamId: string;
  botToken: string;
  signingSecret: string;
  control: SlackControl;
  /** Ends all connections and frees the port; the state is on disk already. */
  stop(): Promise<void>;
}

/** How often events that were not acknowledged are looked at. */
const REPEAT_MS = 500;

/**
 * Starts a stand-in for Slack's platform on loopback: Web API, delivery to the app, a page to click in, and a control API.
 * @throws Error when the port is taken or the home cannot be written.
 */
export async function startSlack({
  home,
  port = 0,
  log,
  eventsUrl,
  events = [],
}: SlackOptions): Promise<Slack> {
  const changes = new Changes();
  const state = new SlackState(home, new Clock(), changes);
  const first = ensureDefaultWorkspace(state);
  state.setEventsUrl(eventsUrl);
  const faults = new Faults();
  const recorder = new Recorder();
  const deliverer = new Deliverer(state, recorder);
  const parts: ControlParts = {
    state,
    faults,
    recorder,
    deliverer,
    triggers: new Triggers(),
    events: new EventSender(state, deliverer, new Set(events)),
    responseUrls: new ResponseUrls(state, faults, recorder),
    warnings: new Warnings(changes),
  };
  const control = controlInProcess(parts);
  const server = createServer(application(parts, control, log));
  const webUrl = `http://127.0.0.1:${await listen(server, port)}`;
  parts.responseUrls.base = webUrl;
  const repeating = setInterval(() => void parts.events.repeatDue(), REPEAT_MS).unref();
  return {
    apiUrl: `${webUrl}/api/`,
    webUrl,
    teamId: first.id,
    botToken: first.botToken,
    signingSecret: state.app.signingSecret,
    control,
    stop: () =>
      new Promise((resolve) => {
        clearInterval(repeating);
        server.close(() => resolve());
        // Calls that hang by script would hold the server open for ever.
        server.closeAllConnections();
      }),
  };
}

function application(parts: ControlParts, control: SlackControl, log: SlackOptions['log']): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(loopbackOnly);
  app.use('/api', webApi(parts));
  app.use('/actions', parts.responseUrls.router());
  app.use('/control', controlRoutes(control));
  app.use(pageRoutes(parts));
  app.use((_request, response) => void response.status(404).json({ ok: false, error: 'not_found' }));
  app.use((error: unknown, request: Request, response: Response, next: NextFunction) => {
    log.error({ err: error, path: request.path }, 'the Slack stand-in failed on a request');
    if (response.headersSent) next(error);
    else response.status(500).json({ ok: false, error: 'internal_error' });
  });
  return app;
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}
