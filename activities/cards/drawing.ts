import type { Audience } from '../../bot/cards/card-view';
import { approverLine, nudgeLine, reminderLine, requesterLine, threadLine } from '../../bot/cards/lines';
import type { Drawn } from '../../bot/cards/parts';
import { slackFailure } from '../../bot/web-client';
import { preferencesOf } from '../../store/queries/notices';
import { slackLineKey } from '../../store/queries/slack-lines';
import type { SlackMessage } from '../../store/models';
import { bringUpToDate, copiesOf, intend, type Copies } from './copies';
import { openDirectMessage } from './people';
import { sayOnce, type Place } from './post';
import type { Facts } from './view';

/** One round over all copies: what fails for one does not keep the others from being drawn. */
export class Drawing {
  drawn = 0;
  unreachable = 0;
  /** What may pass, in the order in which it came. */
  readonly failures: unknown[] = [];
  private rows: SlackMessage[] = [];

  constructor(
    private readonly copies: Copies,
    private readonly facts: Facts,
    /** How many reminders went out. */
    private readonly reminders: number,
  ) {}

  /** Draws all that there is, posts what lacks, then says what happened. */
  async run(): Promise<void> {
    const { view, settings } = this.facts;
    this.rows = await copiesOf(this.copies.store, view);
    for (const row of this.rows) await this.redraw(row);
    await this.ensure({ kind: 'channel' }, () => Promise.resolve(settings.approvalsChannel));
    for (const { userId } of view.approvers) await this.ensureDirect({ kind: 'approver', userId });
    await this.askAfresh();
    const requesterIds = [...new Set(view.requesters.map((person) => person.userId))];
    // Being asked to decide is nothing that one turns off; hearing what became of one's own request is (SLACK-5).
    const wanted = await preferencesOf(this.copies.store.knex, requesterIds);
    for (const userId of requesterIds) {
      if (wanted(userId).topics.approvals.slack) await this.ensureDirect({ kind: 'requester', userId });
    }
    await this.say();
  }

  /** Where a request waits for too long, each who was asked before gets a card anew (INVITE-7). */
  private async askAfresh(): Promise<void> {
    const { view, events } = this.facts;
    const escalated = events.find(({ type }) => type === 'escalated');
    if (escalated === undefined) return;
    const wasAsked = (userId: string): boolean =>
      this.rows.some(
        (row) => row.audience === 'approver' && row.userId === userId && row.createdAt < escalated.at,
      );
    for (const { userId } of view.approvers) {
      if (wasAsked(userId)) await this.ensureDirect({ kind: 'approver', userId, isFresh: true });
    }
  }

  private async redraw(row: SlackMessage): Promise<void> {
    await this.guarded(async () => {
      const stands = await bringUpToDate(this.copies, this.facts.view, audienceOf(row), row, false);
      if (stands === 'gone') this.rows = this.rows.filter(({ id }) => id !== row.id);
      else this.drawn += 1;
    });
  }

  private async ensureDirect(audience: Exclude<Audience, { kind: 'channel' }>): Promise<void> {
    const { store, client, slackTeamId } = this.copies;
    await this.ensure(audience, () => openDirectMessage(store, client, slackTeamId, audience.userId));
  }

  /** A copy where one lacks: while the request is open, and for whoever asked, who sees how it ended. */
  private async ensure(audience: Audience, whereTo: () => Promise<string | null>): Promise<void> {
    const { view } = this.facts;
    if (view.state !== 'pending' && audience.kind !== 'requester') return;
    if (this.rows.some((row) => this.isFor(row, audience))) return;
    await this.guarded(async () => {
      const channel = await whereTo();
      if (channel === null) {
        this.unreachable += 1;
        return;
      }
      const row = await intend(this.copies, view, audience, channel);
      await bringUpToDate(this.copies, view, audience, row, true);
      this.drawn += 1;
    });
  }

  /** A team that moved to another channel gets the open request's card there, too. */
  private isFor(row: SlackMessage, audience: Audience): boolean {
    if (row.audience !== audience.kind) return false;
    if (audience.kind === 'channel') return row.channel === this.facts.settings.approvalsChannel;
    const isFresh = audience.kind === 'approver' && audience.isFresh === true;
    return row.userId === audience.userId && row.fresh === isFresh;
  }

  /** Beside the cards: each step in the channel's thread, what matters to whoever asked, reminders to who is asked. */
  private async say(): Promise<void> {
    const { view, events } = this.facts;
    // The newest first: what is new is said below the card that asked last.
    const posted = (await copiesOf(this.copies.store, view)).filter(({ ts }) => ts !== null).reverse();
    for (const { audience, channel, ts, userId } of posted) {
      const thread = { channel, threadTs: ts ?? '' };
      const isAsked = audience === 'channel' || view.approvers.some((person) => person.userId === userId);
      for (const event of events) {
        const key = slackLineKey(event.id, { audience, channel });
        if (audience === 'channel') await this.line(key, thread, threadLine(event, view));
        // Nobody is told of their own words.
        else if (event.type === 'commented' && event.byId === userId) continue;
        else if (audience === 'requester')
          await this.line(key, { channel }, requesterLine(event, view, userId ?? '', this.copies.publicUrl));
        else if (event.type === 'nudged' && isAsked && view.state === 'pending')
          await this.line(key, { channel }, nudgeLine(event, view, this.copies.publicUrl));
        else if (isAsked) await this.line(key, thread, approverLine(event, view));
      }
      if (view.state !== 'pending' || this.reminders === 0 || audience === 'requester' || !isAsked) continue;
      await this.line(`slack:${view.id}:reminder:${this.reminders}:${channel}`, thread, reminderLine());
    }
  }

  private async line(key: string, place: Place, drawn: Drawn | null): Promise<void> {
    if (drawn === null) return;
    const { store, client } = this.copies;
    const { teamId } = this.facts.view;
    await this.guarded(() => sayOnce(store, client, { key, teamId, place, drawn }));
  }

  private async guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (slackFailure(error).kind === 'refused') this.unreachable += 1;
      else this.failures.push(error);
    }
  }
}

function audienceOf({ audience, userId, fresh }: SlackMessage): Audience {
  if (audience === 'channel' || userId === null) return { kind: 'channel' };
  return audience === 'approver' ? { kind: audience, userId, isFresh: fresh } : { kind: audience, userId };
}
