import { letsGuestsIn } from '../../operations/join-as-guest';
import type { Store } from '../../store/database';
import { elementRoleOf, findElement, teamRolesOf } from '../../store/queries/access';

/** Whether a collection's guest link lets this person in, who has no role on it yet and is no member (GUEST-1). */
export async function invitesAsGuest(
  store: Store,
  { elementId, teamId }: { readonly elementId: string; readonly teamId: string | null },
  userId: string,
): Promise<boolean> {
  return store.inTeam(teamId, async (tx) => {
    const placed = await findElement(tx, elementId);
    if (teamId === null || placed === null || !letsGuestsIn(placed)) return false;
    if ((await elementRoleOf(tx, placed, userId)) !== null) return false;
    return (await teamRolesOf(tx, teamId, userId)).every((role) => role === 'guest');
  });
}
