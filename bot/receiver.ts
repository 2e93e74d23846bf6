import type { App, Receiver, ReceiverEvent } from '@slack/bolt';
import express, { Router, type Request, type Response } from 'express';
import type { BotDeps } from './deps';
import { done, forgetOld, keyOf, takeIn, takeOver, type Callback } from './inbox';
import { TAKEN_IN, type TakenIn } from './taken-in';
import { CALLBACK_PATH } from './manifest';
import { isIdleTalk } from './thread-reply';
import { isGenuine, readBody } from './verify';

/** Slack's own requests are far smaller; larger ones are refused before they are hashed. */
const BODY_LIMIT = '1mb';
/** A click that a dead process left is at most this late beyond its lease. */
const SWEEP_EVERY_MS = 2_000;
const FORGET_EVERY_MS = 3_600_000;

/**
 * Takes Slack's callbacks in by HTTP: verify, write to the inbox, hand to Bolt, whose acknowledgement is the answer. What
 * a process that died left unfinished is worked off by the next sweep, here or elsewhere.
 */
export class InboxReceiver implements Receiver {
  readonly router: Router;
  private app: App | null = null;
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly working = new Set<Promise<void>>();
  private sweeping: Promise<void> | null = null;

  constructor(
    private readonly deps: BotDeps,
    private readonly signingSecret: string,
  ) {
    this.router = Router();
    this.router.post(
      CALLBACK_PATH,
      express.raw({ type: () => true, limit: BODY_LIMIT }),
      (request, response) => this.receive(request, response),
    );
  }

  init(app: App): void {
    this.app = app;
  }

  /** Works off what was left, now and from now on. Waits for none of it: a part that is away delays no start. */
  start(): Promise<void> {
    this.timers.push(
      setInterval(() => void this.sweep(), SWEEP_EVERY_MS).unref(),
      setInterval(() => void this.forget(), FORGET_EVERY_MS).unref(),
    );
    void this.sweep();
    return Promise.resolve();
  }

  /** Takes nothing new from the inbox, and lets what is under way finish: each has its own time limits. */
  async stop(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    await this.sweeping;
    await Promise.all(this.working);
  }

  /** Works off what was acknowledged and not finished. One sweep at a time; whoever asks meanwhile waits for it. */
  async sweep(): Promise<void> {
    this.sweeping ??= this.takeUp().finally(() => (this.sweeping = null));
    await this.sweeping;
  }

  private async receive(request: Request, response: Response): Promise<void> {
    const raw = Buffer.isBuffer(request.body) ? request.body.toString('utf8') : '';
    if (!isGenuine(request, raw, this.signingSecret)) {
      response.status(401).json({ error: 'the signature is not valid' });
      return;
    }
    const body = readBody(request.get('content-type') ?? '', raw);
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
    if (isIdleTalk(body)) {
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
    const first = { isRepeat: false, isLastTry: false };
    await this.process(callback, first, (answer) => acknowledge(response, answer));
    if (!response.headersSent) response.status(500).end();
  }

  private async process(
    callback: Callback,
    attempt: Omit<TakenIn, 'key'>,
    ack: (answer: unknown) => void,
  ): Promise<void> {
    const work = this.work(callback, attempt, ack);
    this.working.add(work);
    await work.finally(() => this.working.delete(work));
  }

  private async work(
    { key, kind, raw }: Callback,
    attempt: Omit<TakenIn, 'key'>,
    ack: (answer: unknown) => void,
  ): Promise<void> {
    const { log, store } = this.deps;
    const event: ReceiverEvent = {
      body: JSON.parse(raw) as Record<string, unknown>,
      ack: (answer) => {
        ack(answer);
        return Promise.resolve();
      },
      customProperties: { [TAKEN_IN]: { key, ...attempt } satisfies TakenIn },
    };
    try {
      await this.app?.processEvent(event);
      await done(store, key);
    } catch (error) {
      const fields = { err: error, kind, key };
      if (attempt.isLastTry) log.error(fields, 'a callback is given up: its row in slack_inbox stays');
      else log.warn(fields, 'a callback was not finished; it is tried again');
    }
  }

  private async takeUp(): Promise<void> {
    const left = await takeOver(this.deps.store).catch((error: unknown) => {
      this.deps.log.warn({ err: error }, 'the inbox could not be swept');
      return [];
    });
    // Acknowledged long ago: the answer goes nowhere.
    await Promise.all(
      left.map(({ isLastTry, ...callback }) =>
        this.process(callback, { isRepeat: true, isLastTry }, () => undefined),
      ),
    );
  }

  private async forget(): Promise<void> {
    await forgetOld(this.deps.store).catch((error: unknown) => {
      this.deps.log.warn({ err: error }, 'old callbacks could not be forgotten');
    });
  }
}

function acknowledge(response: Response, answer: unknown): void {
  if (response.headersSent) return;
  if (answer === undefined || answer === '') response.status(200).end();
  else if (typeof answer === 'string') response.status(200).send(answer);
  else response.status(200).json(answer);
}
