import type { Cause } from '../domain/actor';
import { policyOf } from '../domain/policy';
import { Refusal } from '../domain/refusal';
import { appendAudit } from '../store/audit';
import type { Store } from '../store/database';
import { Element } from '../store/models';
import type { Placed } from '../store/queries/access';
import { lockTeam } from '../store/queries/seats';
import { notFound } from './parts/caller-rights';
import { changeAccess, type AccessRule, type InTeam } from './parts/change-access';
import type { Aftermath } from './parts/finished-operation';
import { requireElementEditor } from './parts/seen';

/** Which collection's link. */
export interface GuestLinkOf {
  readonly elementId: string;
  readonly teamId: string | null;
}

/**
 * Opens a collection to whoever signs in and has its URL (GUEST-1).
 * @throws {Refusal} `not_found`, also for what is no collection; `forbidden` to all but its Editors; `workspace_not_team`
 */
export async function turnGuestLinkOn(store: Store, cause: Cause, input: GuestLinkOf): Promise<Placed> {
  const { elementId, teamId } = input;
  return store.inTeam(teamId, async (tx) => {
    // Moves and changes of visibility begin with the team's lock, too: the workspace is a team one until the commit.
    if (teamId !== null) await lockTeam(tx, teamId);
    const { element, workspace } = await requireElementEditor(tx, elementId, cause.actor);
    if (element.type !== 'collection') throw notFound('collection');
    if (teamId === null || workspace.visibility !== 'team') {
      throw new Refusal('workspace_not_team', 'Guests join collections in team workspaces alone.');
    }
    if (element.guestLink) return { element, workspace };
    await Element.query(tx).findById(elementId).patch({ guestLink: true });
    await appendAudit(tx, teamId, cause, [
      {
        action: 'collection.guest_link_enabled',
        target: { type: 'collection', id: elementId },
        before: { enabled: false },
        after: { enabled: true },
      },
    ]);
    return { element: await element.$query(tx), workspace };
  });
}

/** {@link turnGuestLinkOff} as a change that may take access away. */
export const guestLinkOff: AccessRule<{ readonly elementId: string }> = {
  type: 'guest_link_off',
  judge: async (tx, cause, { elementId }, team) => {
    const { element } = await requireElementEditor(tx, elementId, cause.actor);
    if (element.type !== 'collection') throw notFound('collection');
    const keeps = team === null || !policyOf(team.policy).removeGuestsWhenAllLinksOff;
    const isOff = !element.guestLink;
    return {
      guests: keeps || isOff ? null : { takes: [], from: null, linkOff: elementId },
      act: async () => {
        await Element.query(tx).findById(elementId).patch({ guestLink: false });
        const disabled = {
          action: 'collection.guest_link_disabled',
          target: { type: 'collection', id: elementId },
          before: { enabled: true },
          after: { enabled: false },
        };
        return { result: { elementId }, audit: isOff ? [] : [disabled], changed: [] };
      },
    };
  },
};

/**
 * Turns a link off: nobody new comes in; its guests for whom no collection has a link on any more leave the team, unless its
 * policy keeps them (GUEST-3). Off already: nothing is judged.
 * @throws {Refusal} `not_found`, also for what is no collection; `forbidden` to all but its Editors
 */
export async function turnGuestLinkOff(
  store: Store,
  cause: Cause,
  input: GuestLinkOf & InTeam,
): Promise<Aftermath> {
  return changeAccess(store, cause, guestLinkOff, input);
}
