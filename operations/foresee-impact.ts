import type { Cause } from '../domain/actor';
import { lostByStaying } from '../domain/guest-cascade';
import type { Store } from '../store/database';
import { Team, User } from '../store/models';
import type { PersonRef } from '../store/queries/approvers';
import { requestsThatClose } from '../store/queries/guests';
import { ruleOf } from './access-rules';
import { planOf } from './parts/change-access';
import type { AccessChangeType } from '../domain/access-change';

/** What an action would do (GUEST-8). */
export interface Impact {
  /** Who would leave the team. */
  readonly guestsRemoved: readonly PersonRef[];
  /** Who would stay and lose a collection. */
  readonly guestsLosingElement: readonly (PersonRef & { readonly elementId: string })[];
  /** Ids of pending requests that would close. */
  readonly pendingRequestsClosed: readonly string[];
  /** How many people would be told. */
  readonly notified: number;
}

/**
 * Says what an action would do, from the very rule and plan by which it is done; changes nothing (GUEST-8).
 * @throws {Refusal} as the action does: whoever may do it may ask
 */
export async function foreseeImpact(
  store: Store,
  cause: Cause,
  asked: {
    readonly type: AccessChangeType;
    readonly teamId: string | null;
    readonly input: Record<string, unknown>;
  },
): Promise<Impact> {
  const { type, teamId, input } = asked;
  return store.inTeam(teamId, async (tx) => {
    const team = teamId === null ? null : ((await Team.query(tx).findById(teamId)) ?? null);
    const judged = await ruleOf(type).judge(tx, cause, input, team);
    const { losses, audience } = await planOf(tx, cause, judged, team);
    const leaving = losses.filter(({ leaves }) => leaves).map(({ userId }) => userId);
    const people = await User.query(tx).findByIds(losses.map(({ userId }) => userId));
    const names = new Map(people.map(({ id, name }) => [id, name]));
    const person = (userId: string): PersonRef => ({ userId, name: names.get(userId) ?? '' });
    return {
      guestsRemoved: leaving.map(person),
      guestsLosingElement: lostByStaying(losses).map(({ userId, elementId }) => ({
        ...person(userId),
        elementId,
      })),
      pendingRequestsClosed:
        teamId === null
          ? []
          : await requestsThatClose(tx, teamId, {
              elementIds: judged.gone?.elementIds ?? [],
              userIds: [...(judged.gone?.userIds ?? []), ...leaving],
              losses,
            }),
      notified: losses.length + audience.length,
    };
  });
}
