import { Refusal } from '../domain/refusal';
import type { Store } from './database';

/**
 * The database as a session sees it that a team's issuer made: that team alone (TEAM-7). Look-ups across teams find its
 * rows only, and whatever is asked of another team, or of the account's own things outside teams, is not there.
 */
export function confinedTo(store: Store, teamId: string): Store {
  return {
    ...store,
    inTeam: (asked, work) => {
      if (asked !== teamId) return Promise.reject(new Refusal('not_found', 'There is no such thing here.'));
      return store.inTeam(teamId, work);
    },
    acrossTeams: (work) => store.inTeam(teamId, work),
  };
}
