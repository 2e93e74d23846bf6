import type { types } from '@slack/bolt';
import { CLOSED, INVITATION, sentencesOf, SURFACE } from '../../domain/asking';
import type { ApprovalEventType } from '../../store/models';
import type { CardView } from './card-view';
import { context, openLink, section, type Drawn } from './parts';
import { markup, notification, oneLine, plain, when } from './text';
import { ROLE } from './words';

/** Something that happened to a request, from its timeline. */
export interface Happened {
  readonly id: string;
  readonly type: ApprovalEventType;
  readonly at: Date;
  readonly byId: string | null;
  /** Name of whoever did it; null for a rule of ours. */
  readonly by: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What whoever asked hears of by a message of its own: an updated card alone makes no sound. */
const TOLD: ReadonlySet<ApprovalEventType> = new Set([
  ...(['approved', 'denied', 'expired', 'closed', 'no_approver'] as const),
  'commented',
  ...(['invitation_failed', 'waiting_for_seat', 'accepted', 'invitation_expired'] as const),
]);

/** A line in the thread of the channel's card (SLACK-3); null for what the card itself says, or is said elsewhere. */
export function threadLine(event: Happened, view: CardView): Drawn | null {
  const words = wordsFor(event, view);
  if (words === null) return null;
  return {
    text: notification(words),
    blocks: [context(plain(words), markup(when(event.at))), ...why(event)],
  };
}

/** A fresh message for whoever asked, so that Slack tells them (INVITE-5); null for what needs none. */
export function requesterLine(
  event: Happened,
  view: CardView,
  readerId: string,
  publicUrl: string,
): Drawn | null {
  const words = TOLD.has(event.type) ? wordsFor(event, view) : null;
  if (words === null) return null;
  const title = `${oneLine(sentencesOf(view).yours(view, readerId))}: ${words}`;
  return {
    text: notification(title),
    blocks: [section(plain(title)), ...why(event), openLink(publicUrl, view.id)],
  };
}

/** Asks again, below a card that still waits (INVITE-7). */
export function reminderLine(): Drawn {
  const words = 'This still waits for a decision.';
  return { text: words, blocks: [context(plain(words))] };
}

/** Below an approver's own card: what others say of the request. */
export function approverLine(event: Happened, view: CardView): Drawn | null {
  return event.type === 'commented' ? threadLine(event, view) : null;
}

/** Asks again by a message of its own, because a requester nudged (INVITE-8). */
export function nudgeLine(event: Happened, view: CardView, publicUrl: string): Drawn {
  const who = event.by === null ? 'Whoever asked' : oneLine(event.by);
  const title = `${who} asks again: ${oneLine(sentencesOf(view).question(view))} The card above takes your decision.`;
  return { text: notification(title), blocks: [section(plain(title)), openLink(publicUrl, view.id)] };
}

/** An approver’s reason or note, or a comment, whole (INVITE-5): it is no longer than one block takes. */
function why({ type, data }: Happened): types.KnownBlock[] {
  const isVerdict = type === 'denied' || type === 'approved' || type === 'approval_recorded';
  const reason = isVerdict ? data['reason'] : type === 'commented' ? data['text'] : null;
  return typeof reason === 'string' && reason.trim() !== '' ? [section(plain(`“${reason.trim()}”`))] : [];
}

function wordsFor({ type, by, data }: Happened, view: CardView): string | null {
  const who = by === null ? 'Doorlist' : oneLine(by);
  const how = view.decidedVia === null ? '' : ` ${SURFACE[view.decidedVia]}`;
  switch (type) {
    // The card itself says that it was asked; reminders are numbered, and said once each.
    case 'requested':
    case 'reminded':
      return null;
    case 'escalated':
      return 'It waits for too long: everybody who can decide is asked afresh, and the last resort is told.';
    case 'nudged':
      return `${who} asks again for a decision.`;
    case 'claimed':
      return `${who} is on it.`;
    case 'commented':
      return `${who} says:`;
    case 'merged':
      return `${who} asks for the same person, too: ${mergedWords(data, view)}. Look again before you decide.`;
    case 'reduced':
      return 'A part of this is no longer asked for. Look again before you decide.';
    case 'approval_recorded':
      return `${who} approved; it waits for another approver.`;
    case 'approved':
      if (data['given'] === 'otherwise') return 'The role came another way: there is nothing left to decide.';
      return `${who} approved it${how}${lowerWords(data, view)}.`;
    case 'denied':
      return `${who} denied it${how}.`;
    case 'withdrawn':
      return `${who} withdrew it.`;
    case 'expired':
      return `It expired without a decision. ${sentencesOf(view).nothing}`;
    case 'closed':
      return view.closeReason === null ? 'It was closed.' : `It was closed: ${CLOSED[view.closeReason]}.`;
    case 'no_approver':
      return 'Nobody in the team could decide on this.';
    case 'invitation_sent':
      return 'The invitation is sent.';
    case 'invitation_resent':
      return 'The invitation is sent again.';
    case 'invitation_failed':
      return INVITATION.failed;
    case 'waiting_for_seat':
      return INVITATION.waiting_for_seat;
    case 'seat_taken':
      return 'A seat is free: the invitation goes on.';
    case 'accepted':
      return data['added'] === true
        ? `${who} added ${oneLine(view.subject.email)} to the team; the invitation is done.`
        : `${oneLine(view.subject.email)} accepted and is in.`;
    case 'invitation_cancelled':
      return `${who} cancelled the invitation.`;
    case 'invitation_expired':
      return INVITATION.expired;
  }
}

function mergedWords(data: Happened['data'], view: CardView): string {
  const { elementId, role } = data;
  const name = typeof elementId === 'string' ? view.elementNames[elementId] : undefined;
  const as = role === 'viewer' || role === 'editor' ? ` as ${ROLE[role]}` : '';
  return `“${oneLine(name ?? view.element.name)}”${as}`;
}

/** “, as Viewer instead of Editor”, where less was granted than asked for (INVITE-5). */
function lowerWords({ role }: Happened['data'], { requestedRole }: CardView): string {
  const isLower = role === 'viewer' && role !== requestedRole;
  return isLower ? `, as ${ROLE[role]} instead of ${ROLE[requestedRole]}` : '';
}
