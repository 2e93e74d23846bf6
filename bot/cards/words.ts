import type { CloseReason, DecisionSurface, InvitationState } from '../../domain/approval';
import type { AssignableTeamRole, ShareRole } from '../../domain/roles';
import { ROLE_NAMES } from '../../domain/who-could';
import type { Decider } from '../../store/queries/approval-view';
import type { SeatEffect, ShownRequest } from './card-view';
import { oneLine } from './text';

/** Roles as people read them. */
export const ROLE: Readonly<Record<ShareRole | AssignableTeamRole, string>> = ROLE_NAMES;

/** Where a decision came from. */
export const SURFACE: Readonly<Record<DecisionSurface, string>> = {
  slack: 'in Slack',
  web: 'in the console',
  api: 'through the API',
  timer: 'by its deadline',
  rule: 'by a rule of the team’s plan',
};

/** Why a request closed without a decision (INVITE-12). */
export const CLOSED: Readonly<Record<CloseReason, string>> = {
  element_gone: 'what it asked for was deleted',
  workspace_gone: 'its workspace was deleted',
  requester_gone: 'whoever asked has left the team',
  subject_gone: 'the person that it is about has left, or can no longer open it',
};

/** What has become of the invitation of an approved request; null: its first mail is on its way. */
export const INVITATION: Readonly<Record<InvitationState | 'sending', string>> = {
  sending: 'The invitation is being sent.',
  sent: 'The invitation is sent and waits to be accepted.',
  failed: 'Approved, but sending the invitation failed. Doorlist keeps trying.',
  waiting_for_seat: 'Approved, but no seat is free. It goes on by itself when one is.',
  accepted: 'The invitation is done: the person is in.',
  cancelled: 'The invitation was cancelled.',
  expired: 'The invitation expired unanswered.',
};

/** “zoe@partner.example”, with the name where there is an account. */
export function subjectOf({ subject }: Pick<ShownRequest, 'subject'>): string {
  const email = oneLine(subject.email);
  return subject.name === null ? email : `${oneLine(subject.name)} (${email})`;
}

/** Who decided, and for whom: “Bo for Ada” (INVITE-9). */
export function deciderName({ name, onBehalfOf }: Decider): string {
  return onBehalfOf === undefined ? oneLine(name) : `${oneLine(name)} for ${oneLine(onBehalfOf.name)}`;
}

/** What the seat line says (TEAM-3). */
export function seatWords({ takes, left }: SeatEffect): string {
  if (!takes) return 'Takes no seat.';
  if (left === null) return 'Takes a seat; Auto-Flex adds one when none is free.';
  if (left === 0) return 'Takes a seat, and none is free: approving has to wait for one.';
  return left === 1 ? 'Takes the last free seat.' : `Takes one of ${left} free seats.`;
}
