import type { Cause } from '../domain/actor';
import { appendAudit } from '../store/audit';
import type { Store } from '../store/database';
import { Element } from '../store/models';
import { lockTeam } from '../store/queries/seats';
import { closeForElements, NOTHING_CLOSED } from './parts/close-requests';
import { personOf } from './parts/caller-rights';
import { endKeysOfElements } from './parts/end-keys';
import { applyToGuests, NO_GUESTS } from './parts/guest-effects';
import { recordFinished, type Aftermath } from './parts/finished-operation';
import { requireElementEditor } from './parts/seen';

/** Which element goes. */
export interface ElementDeletion {
  /** Id of the operation that this makes. */
  readonly id: string;
  readonly elementId: string;
  readonly teamId: string | null;
}

/**
 * Deletes an element; pending requests for it close (INVITE-12), its access keys end (KEY-6), and guests who had nothing else
 * leave (GUEST-4).
 * @throws {Refusal} `not_found`; `forbidden` to all but its Editors
 */
export async function deleteElement(store: Store, cause: Cause, input: ElementDeletion): Promise<Aftermath> {
  const { id, elementId, teamId } = input;
  return store.inTeam(teamId, async (tx) => {
    // Shares, decisions and acceptances begin with the team's lock, too: what they see there stays until they end.
    if (teamId !== null) await lockTeam(tx, teamId);
    const { element } = await requireElementEditor(tx, elementId, cause.actor);
    const closing =
      teamId === null
        ? NOTHING_CLOSED
        : await closeForElements(tx, cause, teamId, [elementId], 'element_gone');
    const change = { takes: [elementId], from: null, linkOff: null };
    const guests =
      teamId === null ? NO_GUESTS : await applyToGuests(tx, cause, teamId, change, 'element_delete');
    const changedApprovals = [...closing.changed, ...guests.changed];
    await Element.query(tx).findById(elementId).patch({ deletedAt: cause.asOf });
    const ended = { asOf: cause.asOf, by: personOf(cause.actor) };
    const keys = teamId === null ? [] : await endKeysOfElements(tx, [elementId], ended);
    const result = { elementId, ...guests.counts, changedApprovals };
    const operation = await recordFinished(tx, cause, { id, teamId, type: 'element_delete', result });
    if (teamId !== null) {
      await appendAudit(tx, teamId, cause, [
        {
          action: 'element.deleted',
          target: { type: element.type, id: elementId },
          before: { name: element.name, workspaceId: element.workspaceId, version: element.version },
        },
        ...keys,
        ...closing.audit,
        ...guests.audit,
      ]);
    }
    return { operation, changedApprovals };
  });
}
