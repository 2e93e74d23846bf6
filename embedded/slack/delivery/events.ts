import { newId } from '../ids';
import type { SlackState } from '../state';
import type { Fields } from '../types';
import type { Deliverer, DeliveryResult } from './deliver';

/** Slack repeats an event that got no 2xx at once, after a minute and after five, by the stand-in's clock. */
const RETRY_AFTER_MS = [0, 60_000, 5 * 60_000];

interface PendingRetry {
  team: string;
  envelope: Fields;
  kind: string;
  retry: number;
  reason: string;
  dueAt: number;
}

const REASONS = {
  timeout: 'http_timeout',
  connection_failed: 'connection_failed',
  http_error: 'http_error',
} as const;

/** Delivers events and repeats those that were not acknowledged. */
export class EventSender {
  private pending: PendingRetry[] = [];

  constructor(
    private readonly state: SlackState,
    private readonly deliverer: Deliverer,
    /** What the app subscribed to, such as `message.channels`. Events that a test sends by hand come regardless. */
    readonly subscribed: ReadonlySet<string>,
  ) {}

  /**
   * Sends an event in its envelope.
   * @param team - workspace it happened in.
   * @param event - the inner event; `event_ts` is added.
   * @returns what came of the first attempt.
   */
  async send(team: string, event: Fields & { type: string }): Promise<DeliveryResult> {
    const { appId, verificationToken } = this.state.app;
    const botUserId = this.state.workspaces.get(team)?.botUserId ?? '';
    const envelope = {
      token: verificationToken,
      team_id: team,
      context_team_id: team,
      context_enterprise_id: null,
      api_app_id: appId,
      event: { ...event, event_ts: this.state.clock.nextTs() },
      type: 'event_callback',
      event_id: newId('Ev'),
      event_time: this.state.clock.seconds(),
      authorizations: [
        {
          enterprise_id: null,
          team_id: team,
          user_id: botUserId,
          is_bot: true,
          is_enterprise_install: false,
        },
      ],
      is_ext_shared_channel: false,
    };
    return this.attempt({ team, envelope, kind: event.type, retry: 0, reason: '', dueAt: 0 });
  }

  /** Repeats all events that are due by now. */
  async repeatDue(): Promise<void> {
    const now = this.state.clock.now();
    const due = this.pending.filter(({ dueAt }) => dueAt <= now);
    this.pending = this.pending.filter(({ dueAt }) => dueAt > now);
    for (const one of due) await this.attempt(one);
  }

  clear(): void {
    this.pending = [];
  }

  private async attempt({ team, envelope, kind, retry, reason }: PendingRetry): Promise<DeliveryResult> {
    const result = await this.deliverer.send({
      team,
      kind,
      payload: envelope,
      as: 'json',
      retry,
      retryReason: reason,
    });
    const wait = RETRY_AFTER_MS[retry];
    const refused = result.failure === 'http_error' && result.headers.get('x-slack-no-retry') === '1';
    if (result.failure !== null && wait !== undefined && !refused) {
      const dueAt = this.state.clock.now() + wait;
      this.pending.push({ team, envelope, kind, retry: retry + 1, reason: REASONS[result.failure], dueAt });
    }
    return result;
  }
}
