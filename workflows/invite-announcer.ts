import { ActivityFailure, condition } from '@temporalio/workflow';
import type { InviteStanding } from '../activities/invites';
import type { Ending } from '../mail/templates/approval';
import { main, slack } from './activities';
import type { InviteInput } from './contracts/invite';

/** Slack that is dark is tried again at these pauses, the last one repeated, for about a day. */
const REDRAW_PAUSES_MS = [60_000, 300_000, 900_000, 3_600_000];
const REDRAW_TRIES = 27;
/** A round over all cards takes this long at most; a mail server that is down is not waited for. */
const PAUSE_WITHIN_MS = 120_000;

/**
 * The voice of a run: draws the cards and tells people, beside the flow, which never waits for it. Each round starts from
 * the rows as they are then, so the latest state wins, and each thing is told once, by its key in the rows. Mail has a
 * line of its own, so that a mail server that is down keeps no card from being drawn.
 */
export class Announcer {
  private standing: InviteStanding | null = null;
  private dirty = false;
  private over = false;
  private isEscalationTold = false;
  private nudgesTold = 0;
  private busy = 0;
  private letters: Promise<void> = Promise.resolve();
  private readonly endings: Ending[] = [];

  constructor(private readonly input: InviteInput) {}

  /** Takes in where the request stands now. */
  moved(now: InviteStanding): void {
    this.endings.push(...endingsOf(this.standing, now));
    this.standing = now;
    this.dirty = true;
  }

  /** No more is coming: {@link run} ends when all is told. */
  finish(): void {
    this.over = true;
  }

  /** Announces until {@link finish}. */
  async run(): Promise<void> {
    for (;;) {
      await condition(() => this.dirty || this.over);
      if (!this.dirty) break;
      await this.announce();
    }
    await this.letters;
  }

  /** Waits until nothing is being drawn or told, so that a run that goes on in another has no helper left behind. */
  async pause(): Promise<void> {
    await condition(() => this.busy === 0, PAUSE_WITHIN_MS, { summary: 'Finish what is being told' });
  }

  /** Draws until Slack shows the request as it is, or something new is to be shown. */
  private async announce(): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      this.dirty = false;
      const drawn = await this.working(() => this.draw());
      this.letters = this.letters.then(() => this.working(() => this.tell(drawn)));
      if (drawn || tries > REDRAW_TRIES) return;
      const pause = REDRAW_PAUSES_MS[Math.min(tries, REDRAW_PAUSES_MS.length) - 1] ?? 3_600_000;
      if (await condition(() => this.dirty, pause, { summary: 'Draw the cards again' })) return;
    }
  }

  private async working<T>(work: () => Promise<T>): Promise<T> {
    this.busy += 1;
    try {
      return await work();
    } finally {
      this.busy -= 1;
    }
  }

  /** @returns whether Slack shows the request as it is */
  private async draw(): Promise<boolean> {
    // Nobody was asked, so there is no card.
    if (this.standing?.byRule === true) return true;
    try {
      await slack.drawCards({ ...this.input, round: this.standing?.reminded ?? 0, asOf: Date.now() });
      return true;
    } catch {
      // Slack is dark or refuses; mail goes out instead, and the cards are drawn when it is back (SLACK-3).
      return false;
    }
  }

  /** @param drawn whether Slack shows it; who has a card is mailed only where it does not */
  private async tell(drawn: boolean): Promise<void> {
    const request = { ...this.input, asOf: Date.now(), slack: drawn ? 'drawn' : 'dark' } as const;
    try {
      for (const ending of this.endings.splice(0)) await main.tellRequesters(request, ending);
      if (this.standing?.state !== 'pending') return;
      if (this.standing.escalated && !this.isEscalationTold) {
        await main.tellEscalation(request);
        this.isEscalationTold = true;
      }
      // Runs of before nudges could be made have none.
      const { nudged = 0 } = this.standing as Partial<InviteStanding>;
      if (nudged > this.nudgesTold) {
        await main.tellNudge(request, nudged);
        this.nudgesTold = nudged;
      }
      if (this.standing.approvers === 0) await main.tellNoApprover(request);
      else await main.askByMail(request, this.standing.reminded);
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      // Tried for as long as it helps: a row that it needs is gone, or the run was cancelled. What comes next is told.
    }
  }
}

/** What a requester wants to hear when a request moved like this. */
function endingsOf(before: InviteStanding | null, now: InviteStanding): readonly Ending[] {
  const endings: Ending[] = [];
  const wasPending = before === null || before.state === 'pending';
  if (now.state === 'pending' && (before?.revision ?? 1) < now.revision) endings.push('changed');
  if (wasPending && now.state === 'approved' && !now.byRule) endings.push('approved');
  if (wasPending && (now.state === 'denied' || now.state === 'expired' || now.state === 'closed')) {
    endings.push(now.state);
  }
  if (before !== null && before.invitation === now.invitation) return endings;
  if (now.invitation === 'accepted' || now.invitation === 'failed') endings.push(now.invitation);
  if (now.invitation === 'expired') endings.push('invitation_expired');
  return endings;
}
