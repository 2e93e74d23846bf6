import type { Cause } from '../domain/actor';
import { Refusal } from '../domain/refusal';
import type { Store } from '../store/database';
import { Element, Workspace } from '../store/models';
import { notFound } from './parts/caller-rights';
import { changeAccess, type AccessRule, type InTeam } from './parts/change-access';
import { closeGuestLinks } from './parts/close-guest-links';
import { NOTHING_CLOSED } from './parts/close-requests';
import type { Aftermath } from './parts/finished-operation';
import { settleFulfilled } from './parts/fulfilled-requests';
import { requireElementEditor, requireWorkspaceEditor } from './parts/seen';

/** Where an element moves to. */
export interface ElementMove {
  readonly elementId: string;
  readonly workspaceId: string;
}

/** {@link moveElement} as a change that may take access away. */
export const elementMove: AccessRule<ElementMove> = {
  type: 'element_move',
  judge: async (tx, cause, { elementId, workspaceId }, team) => {
    const { element } = await requireElementEditor(tx, elementId, cause.actor);
    // The target is looked for inside the element's team: another team's workspace is not there (WORK-3).
    const target = await requireWorkspaceEditor(tx, workspaceId, cause.actor);
    if (target.visibility === 'personal') {
      throw new Refusal('conflict', 'An element never moves into a personal workspace.');
    }
    if (element.workspaceId === workspaceId) throw new Refusal('conflict', 'The element is there already.');
    const closes = target.visibility === 'private';
    return {
      guests: closes ? { takes: [elementId], from: null, linkOff: null } : null,
      act: async () => {
        const there = await Workspace.query(tx).findById(workspaceId).whereNull('deletedAt').forShare();
        if (there === undefined) throw notFound('workspace');
        const off = closes ? await closeGuestLinks(tx, [element], 'element_move') : [];
        await Element.query(tx).findById(elementId).patch({ workspaceId, updatedAt: cause.asOf });
        const moved = {
          action: 'element.moved',
          target: { type: element.type, id: elementId },
          before: { workspaceId: element.workspaceId },
          after: { workspaceId },
        };
        const fulfilled = team === null ? NOTHING_CLOSED : await settleFulfilled(tx, cause, team.id);
        return {
          result: { elementId, workspaceId },
          audit: [moved, ...off, ...fulfilled.audit],
          changed: fulfilled.changed,
        };
      },
    };
  },
};

/**
 * Moves an element to another workspace of its team; roles by name go along (WORK-3). Who asked for Editor and has it there has what
 * they asked for (GUEST-6). Into a private one no guest follows: its
 * guest link goes off, and guests who had nothing else leave (GUEST-4).
 * @throws {Refusal} `not_found`; `forbidden` to all but Editors of the element and of the target; `conflict` into a personal
 * workspace, or where it is already
 */
export async function moveElement(
  store: Store,
  cause: Cause,
  input: ElementMove & InTeam,
): Promise<Aftermath> {
  return changeAccess(store, cause, elementMove, input);
}
