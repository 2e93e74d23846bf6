import { performance } from 'node:perf_hooks';
import type { RecordedDelivery, Recorder } from '../record';
import type { SlackState } from '../state';
import type { Fields } from '../types';
import { signatureHeaders } from './signature';

/** Slack gives an app three seconds. */
export const ANSWER_MS = 3000;

/** A request to the app. */
export interface Delivery {
  team: string;
  /** Shown in the record: the payload's or event's type. */
  kind: string;
  payload: Fields;
  /** Events go as JSON, interactions as one `payload` form field, commands as form fields. */
  as: 'json' | 'payload' | 'fields';
  /** Which repetition this is, 0 for the first. */
  retry?: number;
  retryReason?: string;
  /** Signs with another secret, for tests of the app's check. */
  secret?: string | undefined;
}

/** What came of a delivery; `ok` is a 2xx within three seconds. */
export interface DeliveryResult extends RecordedDelivery {
  ok: boolean;
  headers: Headers;
}

/** Sends signed requests to the app and records them. */
export class Deliverer {
  constructor(
    private readonly state: SlackState,
    private readonly recorder: Recorder,
  ) {}

  /** Never throws: a dead or slow app is a result. */
  async send(delivery: Delivery): Promise<DeliveryResult> {
    const started = performance.now();
    const entry = {
      at: this.state.clock.now(),
      team: delivery.team,
      kind: delivery.kind,
      payload: delivery.payload,
      retry: delivery.retry ?? 0,
    };
    const outcome = await this.post(delivery);
    const tookMs = Math.round(performance.now() - started);
    const { headers, ...visible } = outcome;
    const result: RecordedDelivery = { ...entry, ...visible, tookMs };
    this.recorder.delivery(result);
    return { ...result, headers, ok: result.failure === null };
  }

  private async post(
    delivery: Delivery,
  ): Promise<Pick<DeliveryResult, 'status' | 'body' | 'failure' | 'headers'>> {
    const { eventsUrl, signingSecret } = this.state.app;
    const body = encode(delivery);
    if (eventsUrl === null)
      return { status: 0, body: '', failure: 'connection_failed', headers: new Headers() };
    try {
      const response = await fetch(eventsUrl, {
        method: 'POST',
        body,
        redirect: 'error',
        signal: AbortSignal.timeout(ANSWER_MS),
        headers: {
          // Exactly this: with a charset behind it Bolt would not recognise the form.
          'content-type': delivery.as === 'json' ? 'application/json' : 'application/x-www-form-urlencoded',
          'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
          // Signed by the real clock: the app compares it with its own.
          ...signatureHeaders(delivery.secret ?? signingSecret, body, Math.floor(Date.now() / 1000)),
          ...(delivery.retry === undefined || delivery.retry === 0
            ? {}
            : {
                'x-slack-retry-num': String(delivery.retry),
                'x-slack-retry-reason': delivery.retryReason ?? 'unknown_error',
              }),
        },
      });
      const failure = response.ok ? null : 'http_error';
      return { status: response.status, body: await response.text(), failure, headers: response.headers };
    } catch (error) {
      const timedOut =
        typeof error === 'object' && error !== null && 'name' in error && error.name === 'TimeoutError';
      return {
        status: 0,
        body: '',
        failure: timedOut ? 'timeout' : 'connection_failed',
        headers: new Headers(),
      };
    }
  }
}

function encode({ as, payload }: Delivery): string {
  if (as === 'json') return JSON.stringify(payload);
  const fields = as === 'payload' ? { payload: JSON.stringify(payload) } : payload;
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) form.set(name, String(value));
  return form.toString();
}
