import type { Cause } from '../../domain/actor';
import type { GuestCause } from '../../domain/guest-cascade';
import type { Tx } from '../../store/database';
import { Element } from '../../store/models';
import { applyToGuests, type GuestEffects } from './guest-effects';

/**
 * Closes elements to guests because they come to lie in a private workspace: guest links go off, roles of guests go, and
 * guests who had nothing else leave (GUEST-4). Call it before the change itself, with the team's row locked.
 */
export async function shutOutGuests(
  tx: Tx,
  cause: Cause,
  teamId: string,
  elements: readonly Element[],
  why: Extract<GuestCause, 'workspace_visibility' | 'element_move'>,
): Promise<GuestEffects> {
  const change = { takes: elements.map(({ id }) => id), from: null, linkOff: null };
  const guests = await applyToGuests(tx, cause, teamId, change, why);
  const linked = elements.filter(({ guestLink }) => guestLink).map(({ id }) => id);
  await Element.query(tx).whereIn('id', linked).patch({ guestLink: false });
  const off = linked.map((id) => ({
    action: 'collection.guest_link_disabled',
    target: { type: 'collection', id },
    before: { enabled: true },
    after: { enabled: false, cause: why },
  }));
  return { ...guests, audit: [...off, ...guests.audit] };
}
