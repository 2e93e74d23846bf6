import type { Cause } from '../domain/actor';
import { policyOf } from '../domain/policy';
import { Refusal } from '../domain/refusal';
import { appendAudit } from '../store/audit';
import type { Store } from '../store/database';
import { Element } from '../store/models';
import type { Placed } from '../store/queries/access';
import { lockTeam } from '../store/queries/seats';
import { notFound } from './parts/caller-rights';
import { findFinished, recordFinished, type Aftermath } from './parts/finished-operation';
import { applyToGuests, NO_GUESTS } from './parts/guest-effects';
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

/**
 * Turns a link off: nobody new comes in; its guests for whom no collection has a link on any more leave the team, unless its
 * policy keeps them (GUEST-3). Off already: nothing is judged. The same id again gives the operation that is there.
 * @throws {Refusal} `not_found`, also for what is no collection; `forbidden` to all but its Editors
 */
export async function turnGuestLinkOff(
  store: Store,
  cause: Cause,
  input: GuestLinkOf & { readonly id: string },
): Promise<Aftermath> {
  const { id, elementId, teamId } = input;
  return store.inTeam(teamId, async (tx) => {
    const team = teamId === null ? null : await lockTeam(tx, teamId);
    const made = await findFinished(tx, id);
    if (made !== null) return made;
    const { element } = await requireElementEditor(tx, elementId, cause.actor);
    if (element.type !== 'collection') throw notFound('collection');
    const keeps = team === null || !policyOf(team.policy).removeGuestsWhenAllLinksOff;
    const change = { takes: [], from: null, linkOff: keeps ? null : elementId };
    const guests =
      teamId === null || !element.guestLink
        ? NO_GUESTS
        : await applyToGuests(tx, cause, teamId, change, 'guest_link_off');
    await Element.query(tx).findById(elementId).patch({ guestLink: false });
    const result = { elementId, ...guests.counts, changedApprovals: guests.changed };
    const operation = await recordFinished(tx, cause, { id, teamId, type: 'guest_link_off', result });
    if (teamId !== null && element.guestLink) {
      await appendAudit(tx, teamId, cause, [
        {
          action: 'collection.guest_link_disabled',
          target: { type: 'collection', id: elementId },
          before: { enabled: true },
          after: { enabled: false },
        },
        ...guests.audit,
      ]);
    }
    return { operation, changedApprovals: guests.changed };
  });
}
