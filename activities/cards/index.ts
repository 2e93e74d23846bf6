import { ApplicationFailure } from '@temporalio/common';
import type { Audience, CardView } from '../../bot/cards/card-view';
import { LINE_EVENT } from '../../bot/cards/control-ids';
import { outcomeNote, threadLine } from '../../bot/cards/lines';
import { slackFailure, type SlackApi } from '../../bot/web-client';
import type { Store } from '../../store/database';
import { SlackMessage, TeamSlack } from '../../store/models';
import type { InviteInput } from '../../workflows/contracts/invite';
import { bringUpToDate, copyOf, intend, type Copies } from './copies';
import { openDirectMessage } from './people';
import { sayOnce } from './post';
import { cardView } from './view';

/** What the activities that draw cards work with. */
export interface CardDependencies {
  readonly store: Store;
  readonly slack: SlackApi;
  readonly publicUrl: string;
}

/** Draw a request's cards; `round` is how many reminders went out. */
export interface DrawCards extends InviteInput {
  readonly round: number;
  readonly asOf: number;
}

/** How it went: counts alone. `slack: 'none'` where the team has no Slack. */
export interface CardsDrawn {
  readonly slack: 'drawn' | 'none';
  readonly copies: number;
  readonly unreachable: number;
}

/** Activities on Slack's own queue. */
export function cardActivities({ store, slack, publicUrl }: CardDependencies) {
  return {
    /**
     * Brings every copy of a request's card up to date with its rows: one in the team's approvals channel, one for each
     * approver and each requester (SLACK-2, SLACK-3). Safe to repeat at any point.
     * @throws {ApplicationFailure} retryable while Slack is dark, not retryable when it shut the app out
     */
    async drawCards({ approvalId, teamId, round }: DrawCards): Promise<CardsDrawn> {
      const [view, settings] = await store.inTeam(teamId, async (tx) => [
        await cardView(tx, approvalId),
        await TeamSlack.query(tx).findById(teamId),
      ]);
      const client = settings === undefined ? null : await slack.clientFor(settings.slackTeamId);
      if (view === null || settings === undefined || client === null)
        return { slack: 'none', copies: 0, unreachable: 0 };
      const copies: Copies = { store, client, slackTeamId: settings.slackTeamId, publicUrl };
      const drawing = new Drawing(copies, view);
      await drawing.copy({ kind: 'channel' }, () => Promise.resolve(settings.approvalsChannel));
      for (const { userId } of view.approvers) await drawing.direct({ kind: 'approver', userId });
      for (const userId of new Set(view.requesters.map((person) => person.userId))) {
        await drawing.direct({ kind: 'requester', userId });
      }
      await drawing.leftOver();
      await drawing.say(round);
      if (drawing.failure !== null) throw failureOf(drawing.failure);
      return { slack: 'drawn', copies: drawing.drawn, unreachable: drawing.unreachable };
    },
  };
}

/** One round over all copies: what fails for one does not keep the others from being drawn. */
class Drawing {
  drawn = 0;
  unreachable = 0;
  failure: unknown = null;
  private readonly seen = new Set<string>();

  constructor(
    private readonly copies: Copies,
    private readonly view: CardView,
  ) {}

  /** A copy in somebody's direct messages. */
  async direct(audience: Exclude<Audience, { kind: 'channel' }>): Promise<void> {
    const { store, client, slackTeamId } = this.copies;
    await this.copy(audience, () => openDirectMessage(store, client, slackTeamId, audience.userId));
  }

  /** A copy for this audience; a new one is posted only while the request is open, or for whoever asked. */
  async copy(audience: Audience, whereTo: () => Promise<string | null>): Promise<void> {
    const { store } = this.copies;
    const mayPost = this.view.state === 'pending' || audience.kind === 'requester';
    await this.guarded(async () => {
      let row = await copyOf(store, this.view, audience);
      if (row !== null) this.seen.add(row.id);
      if (row !== null && (await bringUpToDate(this.copies, this.view, audience, row, false))) return true;
      if (!mayPost) return true;
      const channel = await whereTo();
      if (channel === null) return false;
      row = await intend(this.copies, this.view, audience, channel);
      this.seen.add(row.id);
      return bringUpToDate(this.copies, this.view, audience, row, true);
    });
  }

  /** Copies of people who are asked no longer: they follow all the same. */
  async leftOver(): Promise<void> {
    const { store } = this.copies;
    const rows = await store.inTeam(this.view.teamId, (tx) =>
      SlackMessage.query(tx).where({ approvalId: this.view.id }).whereNot({ state: 'gone' }),
    );
    for (const row of rows.filter(({ id }) => !this.seen.has(id))) {
      const audience: Audience =
        row.audience === 'channel' || row.userId === null
          ? { kind: 'channel' }
          : { kind: row.audience, userId: row.userId };
      await this.guarded(() => bringUpToDate(this.copies, this.view, audience, row, false));
    }
  }

  /** Lines beside the cards: a reminder to each who is asked, the outcome to each who asked, one in the channel's thread. */
  async say(round: number): Promise<void> {
    const { store, client, publicUrl } = this.copies;
    const { id, teamId, state } = this.view;
    const rows = await store.inTeam(teamId, (tx) =>
      SlackMessage.query(tx).where({ approvalId: id, state: 'posted' }),
    );
    for (const { audience, channel, ts } of rows) {
      if (ts === null) continue;
      const common = { teamId, eventType: LINE_EVENT };
      const thread = { channel, threadTs: ts };
      if (state === 'pending' && round > 0 && audience !== 'requester') {
        const drawn = threadLine('This still waits for a decision.');
        const line = { ...common, key: `slack:${id}:reminder:${round}:${channel}`, place: thread, drawn };
        await this.guarded(async () => (await sayOnce(store, client, line), true));
      }
      if (state === 'pending') continue;
      const note = outcomeNote(this.view, publicUrl);
      const key = `slack:${id}:outcome:${state}:${audience}:${channel}`;
      if (audience === 'requester') {
        await this.guarded(
          async () => (
            await sayOnce(store, client, { ...common, key, place: { channel }, drawn: note }),
            true
          ),
        );
      } else if (audience === 'channel') {
        await this.guarded(
          async () => (await sayOnce(store, client, { ...common, key, place: thread, drawn: note }), true),
        );
      }
    }
  }

  private async guarded(work: () => Promise<boolean>): Promise<void> {
    try {
      if (await work()) this.drawn += 1;
      else this.unreachable += 1;
    } catch (error) {
      const { kind } = slackFailure(error);
      if (kind === 'refused') this.unreachable += 1;
      else this.failure ??= error;
    }
  }
}

/** How Temporal goes on after a failure: at Slack's own pace, later, or not at all. */
function failureOf(error: unknown): ApplicationFailure {
  const failure = slackFailure(error);
  switch (failure.kind) {
    case 'rate_limited':
      return ApplicationFailure.create({
        type: 'SlackRateLimited',
        message: 'Slack asks for a pause',
        nextRetryDelay: failure.retryAfterMs,
      });
    case 'shut_out':
      return ApplicationFailure.nonRetryable('Slack takes the token no longer', 'SlackShutOut');
    case 'refused':
      return ApplicationFailure.nonRetryable('Slack refused', 'SlackRefused');
    case 'unknown':
      return ApplicationFailure.create({ type: 'SlackUnreachable', message: 'Slack did not answer' });
  }
}
