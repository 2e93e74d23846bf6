import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { App, ExpressReceiver } from '@slack/bolt';
import express from 'express';
import { type Fixture, plain, quiet, section, startFixture } from './stand-in';

/** A real Bolt app behind a real HTTP server, wired to the stand-in. */
export interface RunningApp {
  app: App;
  url: string;
  stop(): Promise<void>;
}

/** @param register - adds the listeners. */
export async function startApp(
  fixture: Fixture,
  register: (app: App) => void,
  secret?: string,
): Promise<RunningApp> {
  const { slack } = fixture;
  const receiver = new ExpressReceiver({
    signingSecret: secret ?? slack.signingSecret,
    endpoints: '/slack/events',
    logger: quiet,
  });
  const app = new App({
    receiver,
    token: slack.botToken,
    clientOptions: { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } },
    logger: quiet,
  });
  register(app);
  const web = express();
  web.use(receiver.router);
  const { server, port } = await listen(createServer(web));
  const url = `http://127.0.0.1:${port}/slack/events`;
  await fixture.control.setEventsUrl({ eventsUrl: url });
  return { app, url, stop: () => close(server) };
}

/** A bare HTTP server for what Bolt would not do. */
export async function listen(server: Server): Promise<{ server: Server; port: number }> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as AddressInfo).port };
}

export function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** An app that answers as it is told, and a card for Ada to click on. */
export interface ScriptedApp {
  fixture: Fixture;
  ada: string;
  channel: string;
  ts: string;
  /** What the app was sent, oldest first. */
  received: { headers: IncomingHttpHeaders; body: string }[];
  /** What it answers from now on; `delay` in milliseconds. */
  answer: { status?: number; body?: string; headers?: Record<string, string>; delay?: number };
  /** Ada presses the card's button. */
  click(): ReturnType<Fixture['control']['click']>;
  /** The interaction payload received last. */
  payload(): Record<string, unknown>;
  /** Forgets what was received and answers 200 again. */
  refresh(): Promise<void>;
  stop(): Promise<void>;
}

/** @param events what the app subscribes to */
export async function startScriptedApp(events: readonly string[] = []): Promise<ScriptedApp> {
  const fixture = await startFixture(null, events);
  const { server, port } = await listen(
    createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        scripted.received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
        const { status = 200, body = '', headers = {}, delay = 0 } = scripted.answer;
        setTimeout(() => response.writeHead(status, headers).end(body), delay);
      });
    }),
  );
  await fixture.control.setEventsUrl({ eventsUrl: `http://127.0.0.1:${port}/slack/events` });
  const ada = (await fixture.control.ensureUser({ email: 'ada@example.com', name: 'Ada' })).id;
  const channel = (await fixture.control.ensureChannel({ name: 'approvals', members: [ada] })).id;
  const { ts = '' } = await fixture.client.chat.postMessage({
    channel,
    text: 'card',
    blocks: [section('card'), goButton],
  });
  const scripted: ScriptedApp = {
    fixture,
    ada,
    channel,
    ts,
    received: [],
    answer: {},
    click: () => fixture.control.click({ user: ada, channel, ts, actionId: 'go' }),
    payload: () => {
      const form = new URLSearchParams(scripted.received.at(-1)?.body);
      return JSON.parse(form.get('payload') ?? '{}') as Record<string, unknown>;
    },
    refresh: async () => {
      scripted.received.length = 0;
      scripted.answer = {};
      await fixture.control.clearRecord({});
    },
    stop: async () => {
      await fixture.stop();
      await close(server);
    },
  };
  return scripted;
}

/** A row with one button, `go`. */
export const goButton = {
  type: 'actions' as const,
  block_id: 'row',
  elements: [{ type: 'button' as const, action_id: 'go', text: plain('Go') }],
};
