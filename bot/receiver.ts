import { verifySlackRequest, type App, type Receiver, type ReceiverEvent } from '@slack/bolt';
import express, { Router, type Request, type Response } from 'express';
import type { BotDeps } from './deps';
import { done, keyOf, takeIn, takeOver, type Callback } from './inbox';

/** Slack's own requests are far smaller; larger ones are refused before they are hashed. */
const BODY_LIMIT = '1mb';
/** A timestamp may lie this far ahead, for clocks that differ; Bolt itself refuses only old ones. */
const AHEAD_S = 300;
const SWEEP_EVERY_MS = 2_000;

/**
 * Takes Slack's callbacks in by HTTP: verify, write to the inbox, hand to Bolt, whose acknowledgement is the answer. What
 * a process that died left unfinished is worked off by the next sweep, here or elsewhere.
 */
export class InboxReceiver implements Receiver {
  readonly router: Router;
  private app: App | null = null;
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly deps: BotDeps,
    private readonly signingSecret: string,
  ) {
    this.router = Router();
    this.router.post(
      '/slack/events',
      express.raw({ type: () => true, limit: BODY_LIMIT }),
      (request, response) => this.receive(request, response),
    );
  }

  init(app: App): void {
    this.app = app;
  }

  start(): Promise<void> {
    this.timer = setInterval(() => void this.sweep(), SWEEP_EVERY_MS);
    this.timer.unref();
    return this.sweep();
  }

  stop(): Promise<void> {
    if (this.timer !== null) clearInterval(this.timer);
    return Promise.resolve();
  }

  private async receive(request: Request, response: Response): Promise<void> {
    const raw = Buffer.isBuffer(request.body) ? request.body.toString('utf8') : '';
    if (!this.isGenuine(request, raw)) {
      response.status(401).json({ error: 'the signature is not valid' });
      return;
    }
    const body = parse(request.get('content-type') ?? '', raw);
    if (body === null) {
      response.status(400).json({ error: 'the body cannot be read' });
      return;
    }
    if (body['type'] === 'url_verification') {
      response.json({ challenge: body['challenge'] });
      return;
    }
    if (body['ssl_check'] !== undefined) {
      response.end();
      return;
    }
    const kind = typeof body['type'] === 'string' ? body['type'] : 'command';
    const callback: Callback = { key: keyOf(body, raw), kind, raw: JSON.stringify(body) };
    try {
      if (!(await takeIn(this.deps.store, callback))) {
        response.end();
        return;
      }
    } catch (error) {
      // Not acknowledged: Slack shows the failure, or sends it again, and nothing is lost.
      this.deps.log.error({ err: error }, 'a callback could not be taken in');
      response.status(503).end();
      return;
    }
    await this.process(callback, (answer) => acknowledge(response, answer));
    if (!response.headersSent) response.status(500).end();
  }

  private isGenuine(request: Request, raw: string): boolean {
    const timestamp = Number(request.get('x-slack-request-timestamp'));
    const signature = request.get('x-slack-signature') ?? '';
    if (!Number.isFinite(timestamp) || timestamp > Date.now() / 1_000 + AHEAD_S) return false;
    try {
      verifySlackRequest({
        signingSecret: this.signingSecret,
        body: raw,
        headers: { 'x-slack-signature': signature, 'x-slack-request-timestamp': timestamp },
      });
      return true;
    } catch {
      return false;
    }
  }

  private async process(callback: Callback, ack: (answer: unknown) => void): Promise<void> {
    const { log, store } = this.deps;
    const event: ReceiverEvent = {
      body: JSON.parse(callback.raw) as Record<string, unknown>,
      ack: (answer) => {
        ack(answer);
        return Promise.resolve();
      },
      customProperties: { inboxKey: callback.key },
    };
    try {
      await this.app?.processEvent(event);
      await done(store, callback.key);
    } catch (error) {
      log.error({ err: error, kind: callback.kind }, 'a callback was not finished; it is tried again');
    }
  }

  private async sweep(): Promise<void> {
    const left = await takeOver(this.deps.store).catch((error: unknown) => {
      this.deps.log.warn({ err: error }, 'the inbox could not be swept');
      return [];
    });
    // Acknowledged long ago: the answer goes nowhere.
    for (const callback of left) await this.process(callback, () => undefined);
  }
}

function acknowledge(response: Response, answer: unknown): void {
  if (response.headersSent) return;
  if (answer === undefined || answer === '') response.status(200).end();
  else if (typeof answer === 'string') response.status(200).send(answer);
  else response.status(200).json(answer);
}

/** An interaction's or command's form, or an event's JSON; null for neither. */
function parse(contentType: string, raw: string): Record<string, unknown> | null {
  try {
    if (contentType.startsWith('application/json')) return JSON.parse(raw) as Record<string, unknown>;
    const form = new URLSearchParams(raw);
    const payload = form.get('payload');
    return payload === null ? Object.fromEntries(form) : (JSON.parse(payload) as Record<string, unknown>);
  } catch {
    return null;
  }
}
