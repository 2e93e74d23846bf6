import type { InviteStanding } from '../activities/invites';

/** Whether nothing more comes: it was settled, and no invitation follows or that has ended. */
export function isOver({ state, invitation }: InviteStanding): boolean {
  if (state === 'pending') return false;
  return (
    state !== 'approved' ||
    invitation === null ||
    invitation === 'accepted' ||
    invitation === 'cancelled' ||
    invitation === 'expired'
  );
}

/** The next instant at which something happens by itself, or null. */
export function nextInstant(standing: InviteStanding): number | null {
  if (standing.state === 'pending') return nextDeadline(standing).at;
  return standing.state === 'approved' ? standing.invitationExpiresAt : null;
}

/** What time does next to a request that waits for a decision. */
export function nextDeadline(standing: InviteStanding): { readonly at: number; readonly summary: string } {
  const { expiresAt, escalateAt, handoverAt, claimedUntil, remindersAt } = standing;
  const deadlines = [
    { at: expiresAt, summary: 'The request expires' },
    { at: escalateAt, summary: 'Escalate: ask afresh, tell the last resort' },
    { at: remindersAt[0], summary: 'Remind the approvers' },
    { at: handoverAt, summary: 'A delegation begins or ends' },
    { at: claimedUntil, summary: 'A claim lapses' },
  ].flatMap(({ at, summary }) => (at == null ? [] : [{ at, summary }]));
  return deadlines.reduce((first, other) => (other.at < first.at ? other : first));
}
