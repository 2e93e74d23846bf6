import type { Cause } from '../../domain/actor';
import { guestCascade, type GuestCause, type GuestChange } from '../../domain/guest-cascade';
import type { AuditEntry } from '../../store/audit';
import type { Tx } from '../../store/database';
import { holdingsOfGuests, withRequests } from '../../store/queries/guests';
import { closeForPerson } from './close-requests';

/** What a change did to guests: lines for the audit log, requests whose workflows have to hear of it, and how many. */
export interface GuestEffects {
  readonly audit: readonly AuditEntry[];
  readonly changed: readonly string[];
  readonly counts: { readonly guestsRemoved: number; readonly guestsLosingElement: number };
}

/** No guest was touched. */
export const NO_GUESTS: GuestEffects = {
  audit: [],
  changed: [],
  counts: { guestsRemoved: 0, guestsLosingElement: 0 },
};

/**
 * Takes from guests what a change takes, and removes from the team whom it leaves with nothing (GUEST-3, GUEST-4). Requests
 * by and for the removed close (GUEST-7). Call it before the change itself, with the team's row locked: joins and other
 * causes begin with that lock, so that nobody is removed twice.
 */
export async function applyToGuests(
  tx: Tx,
  cause: Cause,
  teamId: string,
  change: GuestChange,
  why: GuestCause,
): Promise<GuestEffects> {
  const touched = change.linkOff === null ? change.takes : [...change.takes, change.linkOff];
  if (touched.length === 0) return NO_GUESTS;
  const { removed, losing } = guestCascade(await holdingsOfGuests(tx, teamId, touched), change);
  const closings = [];
  for (const person of await withRequests(tx, teamId, removed)) {
    closings.push(await closeForPerson(tx, cause, teamId, person));
  }
  await takeAway(tx, teamId, removed, losing);
  return {
    audit: [
      ...removed.map((userId) => ({
        action: 'guest.removed',
        target: { type: 'user', id: userId },
        before: { roles: ['guest'] },
        after: { cause: why },
      })),
      ...losing.map(({ userId, elementId }) => ({
        action: 'element.role_updated',
        target: { type: 'collection', id: elementId },
        before: { userId, role: 'guest_viewer' },
        after: { userId, role: null, cause: why },
      })),
      ...closings.flatMap(({ audit }) => audit),
    ],
    changed: closings.flatMap(({ changed }) => changed),
    counts: { guestsRemoved: removed.length, guestsLosingElement: losing.length },
  };
}

async function takeAway(
  tx: Tx,
  teamId: string,
  removed: readonly string[],
  losing: readonly { readonly userId: string; readonly elementId: string }[],
): Promise<void> {
  // Arrays, not lists of values: one statement each, however many guests there are.
  await tx.raw(
    `delete from element_roles r using unnest(?::uuid[], ?::uuid[]) as lost (user_id, element_id)
     where r.team_id = ? and r.user_id = lost.user_id and r.element_id = lost.element_id`,
    [losing.map(({ userId }) => userId), losing.map(({ elementId }) => elementId), teamId],
  );
  for (const table of ['element_roles', 'workspace_roles', 'members']) {
    await tx.raw(`delete from ${table} where team_id = ? and user_id = any (?::uuid[])`, [
      teamId,
      [...removed],
    ]);
  }
}
