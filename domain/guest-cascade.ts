/** Why guests lose collections, or the team; written to the audit log (GUEST-4). */
export type GuestCause =
  | 'guest_link_off'
  | 'roles_remove'
  | 'workspace_member_remove'
  | 'workspace_visibility'
  | 'workspace_delete'
  | 'element_delete'
  | 'element_move'
  | 'member_remove';

/** A collection that is open to a guest: their role on it, in a team or public workspace. */
export interface GuestHolding {
  readonly userId: string;
  readonly elementId: string;
  /** Whether its guest link is on; frozen in a public workspace counts as on. */
  readonly linkOn: boolean;
}

/** What is about to be done, as far as it bears on guests. */
export interface GuestChange {
  /** Collections that are no longer open to them. */
  readonly takes: readonly string[];
  /** Whose they are no longer; null: every guest's. */
  readonly from: readonly string[] | null;
  /** A link that goes off; null when none does, or when the team keeps its guests then. */
  readonly linkOff: string | null;
  /** Who leaves the team whatever they hold: whoever is removed at team level (GUEST-5). */
  readonly leaves?: readonly string[];
}

/** What one guest loses by a change: these collections, and with `leaves` the team. */
export interface GuestLoss {
  readonly userId: string;
  readonly elementIds: readonly string[];
  readonly leaves: boolean;
}

/** Who leaves the team, and who stays but loses a collection. */
export interface GuestCascade {
  readonly removed: readonly string[];
  readonly losing: readonly { readonly userId: string; readonly elementId: string }[];
}

/**
 * Who leaves (GUEST-3, GUEST-4): the guest whom the change leaves without a collection; at a link's going off also its
 * guest for whom no other open collection has a link that is on. Whom the change does not touch stays.
 * @param holdings all that is open to the guests before the change
 */
export function guestCascade(holdings: readonly GuestHolding[], change: GuestChange): GuestCascade {
  const { takes, from, linkOff, leaves = [] } = change;
  const taken = new Set(takes);
  const touched = from === null ? null : new Set(from);
  const removed = [...leaves];
  const losing: { userId: string; elementId: string }[] = [];
  for (const [userId, held] of byGuest(holdings)) {
    if (leaves.includes(userId)) continue;
    const goes = ({ elementId }: GuestHolding): boolean =>
      taken.has(elementId) && (touched === null || touched.has(userId));
    const lost = held.filter(goes);
    const left = held.filter((holding) => !goes(holding));
    const wasInvited = left.some(({ elementId }) => elementId === linkOff);
    const isInvited = left.some(({ elementId, linkOn }) => linkOn && elementId !== linkOff);
    const hasNothing = lost.length > 0 && left.length === 0;
    if (hasNothing || (wasInvited && !isInvited)) removed.push(userId);
    else losing.push(...lost.map(({ elementId }) => ({ userId, elementId })));
  }
  return { removed, losing };
}

/** The same by guest, with all the collections that each loses: whoever leaves loses all they held. */
export function guestLosses(holdings: readonly GuestHolding[], change: GuestChange): readonly GuestLoss[] {
  const { removed, losing } = guestCascade(holdings, change);
  const held = byGuest(holdings);
  const elementsOf = (userId: string) => (held.get(userId) ?? []).map(({ elementId }) => elementId);
  const lost = new Map<string, string[]>();
  for (const { userId, elementId } of losing) lost.set(userId, [...(lost.get(userId) ?? []), elementId]);
  return [
    ...removed.map((userId) => ({ userId, elementIds: elementsOf(userId), leaves: true })),
    ...[...lost].map(([userId, elementIds]) => ({ userId, elementIds, leaves: false })),
  ];
}

/** What guests who stay lose: each pair once. */
export function lostByStaying(losses: readonly GuestLoss[]): GuestCascade['losing'] {
  return losses
    .filter(({ leaves }) => !leaves)
    .flatMap(({ userId, elementIds }) => elementIds.map((elementId) => ({ userId, elementId })));
}

function byGuest(holdings: readonly GuestHolding[]): ReadonlyMap<string, readonly GuestHolding[]> {
  const guests = new Map<string, GuestHolding[]>();
  for (const holding of holdings) {
    const held = guests.get(holding.userId);
    if (held === undefined) guests.set(holding.userId, [holding]);
    else held.push(holding);
  }
  return guests;
}
