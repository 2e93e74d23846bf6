import { guestLosses, lostByStaying, type GuestChange, type GuestLoss } from '../../domain/guest-cascade';
import type { Tx } from '../../store/database';
import { holdingsOfGuests, workspaceAdminsOver } from '../../store/queries/guests';

/** What a change does to guests, before it is done. */
export interface GuestPlan {
  readonly losses: readonly GuestLoss[];
  /** Who is told of it besides those guests: whoever does it, and the Admins of the workspaces concerned. */
  readonly audience: readonly string[];
}

/** No guest is touched. */
export const NO_GUESTS: GuestPlan = { losses: [], audience: [] };

/**
 * Says whom a change would touch (GUEST-3, GUEST-4); changes nothing. The change itself is made from this very plan.
 * @param actorId the person who does it; null for a program
 */
export async function planGuests(
  tx: Tx,
  teamId: string,
  change: GuestChange,
  actorId: string | null,
): Promise<GuestPlan> {
  const { takes, linkOff, leaves = [] } = change;
  const elementIds = linkOff === null ? takes : [...takes, linkOff];
  if (elementIds.length + leaves.length === 0) return NO_GUESTS;
  const losses = guestLosses(await holdingsOfGuests(tx, teamId, { elementIds, userIds: leaves }), change);
  if (losses.length === 0) return NO_GUESTS;
  const lost = [...new Set(losses.flatMap((loss) => loss.elementIds))];
  const admins = await workspaceAdminsOver(tx, teamId, lost);
  // Who leaves is told as a guest, whatever else they are.
  const audience = new Set([...(actorId === null ? [] : [actorId]), ...admins]);
  for (const { userId } of losses) audience.delete(userId);
  return { losses, audience: [...audience] };
}

/** How many leave, and how many times a guest who stays loses a collection. */
export function countLosses(losses: readonly GuestLoss[]): {
  readonly guestsRemoved: number;
  readonly guestsLosingElement: number;
} {
  return {
    guestsRemoved: losses.filter(({ leaves }) => leaves).length,
    guestsLosingElement: lostByStaying(losses).length,
  };
}
