import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import type { InviteStanding } from '../activities/invites';
import { stateKey } from './contracts/search-attributes';
import { nextInstant, nextDeadline } from './invite-deadlines';

/** What an operator reads of where an approved request stands. */
const INVITATION: Readonly<Record<NonNullable<InviteStanding['invitation']>, string>> = {
  sending: 'Approved; the invitation is being mailed.',
  failed:
    'Approved, but the mail does not go out. It is tried again; the seat is held until the invitation expires.',
  sent: 'The invitation is out, holds its seat, and waits to be accepted.',
  waiting_for_seat:
    'No seat was free at the acceptance. It goes on by itself when one is, the longest wait first.',
  accepted: 'The invited person is in.',
  cancelled: 'The invitation was taken back.',
  expired: 'The invitation expired.',
};

/** Shows an operator where a run stands: its state as a search attribute, and the story in a few lines (OPS-3). */
export function showStanding(standing: InviteStanding): void {
  const { state, invitation, revision } = standing;
  const shown = state === 'approved' && invitation !== null ? invitation : state;
  upsertSearchAttributes([{ key: stateKey, value: shown }]);
  const nextAt = nextInstant(standing);
  const next = state === 'pending' ? nextDeadline(standing).summary : 'The invitation expires';
  const lines = [
    `**${shown}**, revision ${revision}${standing.byRule ? ', approved by a rule' : ''}.`,
    ...story(standing),
    ...(nextAt === null ? [] : [`Next by itself: ${new Date(nextAt).toISOString()}: ${next}.`]),
  ];
  setCurrentDetails(lines.join('\n\n'));
}

function story({ state, invitation, carried, approvers, reminded, escalated }: InviteStanding): string[] {
  if (state === 'pending') {
    return [
      approvers === 0 ? '**Nobody can decide on it.**' : `${approvers} can decide on it.`,
      ...(reminded === 0 ? [] : [`Reminder ${reminded} went out.`]),
      ...(escalated ? ['**It waits for too long**: all were asked afresh, the last resort was told.'] : []),
    ];
  }
  if (state !== 'approved' || invitation === null) return [];
  return [INVITATION[invitation], ...(carried ? ['It rides on another invitation of the same person.'] : [])];
}
