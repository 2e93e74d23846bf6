import type { Cause } from '../domain/actor';
import type { Store } from '../store/database';
import { Element } from '../store/models';
import { changeAccess, type AccessRule, type InTeam } from './parts/change-access';
import { closeForElements, NOTHING_CLOSED } from './parts/close-requests';
import { personOf } from './parts/caller-rights';
import { endKeysOfElements } from './parts/end-keys';
import type { Aftermath } from './parts/finished-operation';
import { requireElementEditor } from './parts/seen';

/** Which element goes. */
export interface ElementDeletion {
  readonly elementId: string;
}

/** {@link deleteElement} as a change that may take access away. */
export const elementDeletion: AccessRule<ElementDeletion> = {
  type: 'element_delete',
  judge: async (tx, cause, { elementId }, team) => {
    const { element } = await requireElementEditor(tx, elementId, cause.actor);
    return {
      guests: { takes: [elementId], from: null, linkOff: null },
      gone: { elementIds: [elementId] },
      act: async () => {
        const closing =
          team === null
            ? NOTHING_CLOSED
            : await closeForElements(tx, cause, team.id, [elementId], 'element_gone');
        await Element.query(tx).findById(elementId).patch({ deletedAt: cause.asOf });
        const ended = { asOf: cause.asOf, by: personOf(cause.actor) };
        const keys = team === null ? [] : await endKeysOfElements(tx, [elementId], ended);
        const deleted = {
          action: 'element.deleted',
          target: { type: element.type, id: elementId },
          before: { name: element.name, workspaceId: element.workspaceId, version: element.version },
        };
        return {
          result: { elementId },
          audit: [deleted, ...keys, ...closing.audit],
          changed: closing.changed,
        };
      },
    };
  },
};

/**
 * Deletes an element; pending requests for it close (INVITE-12), its access keys end (KEY-6), and guests who had nothing else
 * leave (GUEST-4).
 * @throws {Refusal} `not_found`; `forbidden` to all but its Editors
 */
export async function deleteElement(
  store: Store,
  cause: Cause,
  input: ElementDeletion & InTeam,
): Promise<Aftermath> {
  return changeAccess(store, cause, elementDeletion, input);
}
