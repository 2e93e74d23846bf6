import { policyOf } from '../../domain/policy';
import { isInsider } from '../../domain/roles';
import { mustUseIssuer } from '../../domain/single-sign-on';
import type { TeamWithIssuer } from '../../operations/issuer-sign-in';
import { letsGuestsIn } from '../../operations/join-as-guest';
import type { Viewer } from '../../operations/parts/seen';
import type { Store } from '../../store/database';
import { Team } from '../../store/models';
import { elementRoleOf, findElement, teamRolesOf } from '../../store/queries/access';

/** What a guest link offers. `issuer`: the team through which one has to sign in before one joins, where it wants that (TEAM-7). */
export interface GuestInvite {
  readonly issuer: TeamWithIssuer | null;
}

/**
 * What a collection's guest link offers to somebody who has no role on it yet and is no member, or who did not sign in (GUEST-1);
 * null where it lets them in by no means.
 */
export async function guestInvite(
  store: Store,
  { elementId, teamId }: { readonly elementId: string; readonly teamId: string | null },
  viewer: Viewer,
): Promise<GuestInvite | null> {
  return store.inTeam(teamId, async (tx) => {
    const placed = await findElement(tx, elementId);
    if (teamId === null || placed === null || !letsGuestsIn(placed)) return null;
    if (viewer?.type === 'person') {
      if ((await elementRoleOf(tx, placed, viewer.userId)) !== null) return null;
      const roles = await teamRolesOf(tx, teamId, viewer.userId);
      if (isInsider(roles)) return null;
    }
    const team = await Team.query(tx).findById(teamId).throwIfNotFound();
    const through = viewer?.type === 'person' ? (viewer.ssoTeamId ?? null) : null;
    const isNeeded = mustUseIssuer(team, 'guest', policyOf(team.policy).guestsNeedSso, through);
    return { issuer: isNeeded ? team : null };
  });
}
