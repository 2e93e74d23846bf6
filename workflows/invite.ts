import {
  allHandlersFinished,
  condition,
  continueAsNew,
  patched,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { main, mail } from './activities';
import type { InviteStanding } from '../activities/invites';
import {
  acceptInvite,
  cancelInvitation,
  decideInvite,
  inviteChanged,
  inviteStatus,
  resendInvitation,
  seatMayBeFree,
  withdrawInvite,
  type InviteInput,
  type InviteResult,
  type InviteStatus,
} from './contracts/invite';
import { Announcer } from './invite-announcer';
import { isOver, nextDeadline, nextInstant } from './invite-deadlines';
import { showStanding } from './invite-details';

/** What waits for a seat, for an approver or for the end of another invitation looks again this often, untold. */
const LOOK_AGAIN_MS = 3_600_000;
/** Pauses between tries at a mail that does not go out, up to the last. */
const MAIL_PAUSES_MS = [10_000, 30_000, 60_000, 300_000, 900_000];

/**
 * One request for an external person: it waits for a decision, with reminders, until it expires (INVITE-4, 7, 8); once
 * approved the invitation is mailed and waits to be accepted, for a seat if it has to (INVITE-2, 11).
 *
 * The rows are the truth. The run reads them, waits for a message or an instant, lets an activity do what is due under
 * the rows' own guards, and reads them again. So a repeated, late or lost message does no harm.
 */
export async function invite(input: InviteInput): Promise<InviteResult> {
  return new InviteRun(input).run();
}

class InviteRun {
  private standing: InviteStanding | null = null;
  private nextAt: number | null = null;
  private changed = false;
  private mailFailures = 0;
  private queue: Promise<unknown> = Promise.resolve();
  /** Whether this run escalates, skips overtaken reminders and ends what is never mailed: those begun before do not. */
  private readonly keepsDeadlines = patched('deadlines');
  private readonly announcer: Announcer;

  constructor(private readonly input: InviteInput) {
    this.announcer = new Announcer(input);
    this.handleMessages();
  }

  async run(): Promise<InviteResult> {
    // Together, so that whatever ends one of them, such as an operator's cancellation, ends the run.
    const [, standing] = await Promise.all([this.announcer.run(), this.follow()]);
    // Last of all: whoever asks while the end is told gets an answer, too.
    await condition(allHandlersFinished);
    return {
      state: standing.state,
      invitation: standing.invitation === 'sending' ? null : standing.invitation,
    };
  }

  private async follow(): Promise<InviteStanding> {
    let standing = await this.read();
    while (!isOver(standing)) {
      if (workflowInfo().continueAsNewSuggested) await this.startAfresh();
      await this.step(standing);
      standing = await this.read();
    }
    this.announcer.finish();
    return standing;
  }

  /** All handlers before the first await: a message that came with the start finds its handler. */
  private handleMessages(): void {
    setHandler(
      decideInvite,
      (message) => this.oneAtATime(() => main.decide({ ...message, asOf: Date.now() })),
      {
        description: 'Decide on the request',
      },
    );
    setHandler(withdrawInvite, (by) => this.oneAtATime(() => main.withdraw(this.now(), by)), {
      description: 'Take the request back',
    });
    setHandler(acceptInvite, (by) => this.oneAtATime(() => main.accept(this.now(), by)), {
      description: 'Accept the invitation',
    });
    setHandler(cancelInvitation, (by) => this.oneAtATime(() => main.cancel(this.now(), by)), {
      description: 'Take the invitation back',
    });
    setHandler(resendInvitation, (by) => this.oneAtATime(() => main.resend(this.now(), by)), {
      description: 'Mail the invitation again',
    });
    setHandler(inviteChanged, () => void (this.changed = true));
    setHandler(seatMayBeFree, () => void (this.changed = true));
    setHandler(inviteStatus, (): InviteStatus => ({
      state: this.standing?.state ?? 'pending',
      invitation: this.standing?.invitation ?? null,
      nextAt: this.nextAt,
    }));
  }

  /** What is decided first is done first: messages wait for each other instead of racing for the row. */
  private oneAtATime<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.queue.then(work);
    this.queue = mine.then(
      () => void (this.changed = true),
      () => void (this.changed = true),
    );
    return mine;
  }

  private async read(): Promise<InviteStanding> {
    // Told before the read that follows: a change that comes during it is read next time.
    const told = this.changed;
    this.changed = false;
    const before = this.standing;
    const now = await main.loadInvite(this.now());
    this.standing = now;
    this.nextAt = nextInstant(now);
    // A look that found nothing new, such as the hourly one for a seat, costs no round of announcements.
    if (told || JSON.stringify(before) !== JSON.stringify(now)) {
      showStanding(now);
      this.announcer.moved(now);
    }
    return now;
  }

  private async step(standing: InviteStanding): Promise<void> {
    if (standing.state === 'pending') await this.awaitDecision(standing);
    else if (standing.carried) await this.awaitChange(LOOK_AGAIN_MS, 'Its carrier ends');
    else if (standing.invitation === 'waiting_for_seat') await this.awaitSeat();
    else if (standing.invitation === 'sent') await this.awaitAcceptance(standing);
    else await this.sendMail(standing);
  }

  private async awaitDecision(standing: InviteStanding): Promise<void> {
    const [reminder = Infinity] = standing.remindersAt;
    const isReminder = reminder < standing.expiresAt;
    const due = this.keepsDeadlines ? nextDeadline(standing).at : Math.min(reminder, standing.expiresAt);
    // Whoever becomes an Admin is to be asked then, not at the next reminder (INVITE-3).
    if (standing.approvers === 0 && due - Date.now() > LOOK_AGAIN_MS) {
      await this.awaitChange(LOOK_AGAIN_MS, 'Look for an approver');
      return;
    }
    if (this.keepsDeadlines) {
      await this.awaitDeadline(standing);
      return;
    }
    if (await this.awaitChange(due - Date.now(), isReminder ? 'Remind the approvers' : 'The request expires'))
      return;
    if (isReminder) await main.remind(this.now(), standing.reminded + 1);
    else await main.expire(this.now());
  }

  /** Does what is due; of several that are due after an outage, the last alone (INVITE-7). */
  private async awaitDeadline(standing: InviteStanding): Promise<void> {
    const { expiresAt, escalateAt, remindersAt, remindersPassed } = standing;
    const { at: next, summary } = nextDeadline(standing);
    if (await this.awaitChange(next - Date.now(), summary)) return;
    const isDue = (at: number | null): boolean => at !== null && at <= Date.now();
    if (isDue(expiresAt)) await main.expire(this.now());
    else if (isDue(escalateAt)) await main.escalate(this.now());
    else if (isDue(remindersAt[0] ?? null))
      await main.remind(this.now(), remindersPassed + remindersAt.filter(isDue).length);
    // Others are asked from here on, or a claim lapsed: the rows say who.
    else this.changed = true;
  }

  private async awaitAcceptance(standing: InviteStanding): Promise<void> {
    this.mailFailures = 0;
    const due = standing.invitationExpiresAt ?? Date.now() + LOOK_AGAIN_MS;
    if (await this.awaitChange(due - Date.now(), 'The invitation expires')) return;
    await main.expireInvitation(this.now());
  }

  private async awaitSeat(): Promise<void> {
    if (await main.takeSeat(this.now())) return;
    await this.awaitChange(LOOK_AGAIN_MS, 'Look for a free seat');
  }

  private async sendMail({ invitationExpiresAt: end }: InviteStanding): Promise<void> {
    if (this.keepsDeadlines && end !== null && end <= Date.now()) {
      await main.expireInvitation(this.now());
      return;
    }
    try {
      await mail.sendInvitation(this.now());
    } catch {
      // Why it failed stands in the activity's failure; the seat stays held and the next try comes (INVITE-11).
      await main.markInvitationFailed(this.now());
      // Somebody may have taken it back while the mail was tried.
      if ((await this.read()).invitation !== 'failed') return;
      const pause = MAIL_PAUSES_MS[Math.min(this.mailFailures, MAIL_PAUSES_MS.length - 1)] ?? LOOK_AGAIN_MS;
      this.mailFailures += 1;
      const left = this.keepsDeadlines && end !== null ? end - Date.now() : Infinity;
      await this.awaitChange(Math.min(pause, left), 'Try the mail again');
    }
  }

  /** @returns whether something changed before the time was over */
  private async awaitChange(ms: number, summary: string): Promise<boolean> {
    if (this.changed) return true;
    if (ms <= 0) return false;
    return condition(() => this.changed, ms, { summary });
  }

  private async startAfresh(): Promise<void> {
    // One writer of the cards at a time; what is still untold is begun again from the rows by the run that follows.
    await this.announcer.pause();
    await condition(allHandlersFinished);
    await continueAsNew<typeof invite>(this.input);
  }

  private now(): InviteInput & { asOf: number } {
    return { ...this.input, asOf: Date.now() };
  }
}
