import type { Cause } from '../domain/actor';
import { Refusal } from '../domain/refusal';
import { appendAudit } from '../store/audit';
import type { Store } from '../store/database';
import { Element, Workspace } from '../store/models';
import { lockTeam } from '../store/queries/seats';
import { notFound } from './parts/caller-rights';
import { NO_GUESTS } from './parts/guest-effects';
import { shutOutGuests } from './parts/shut-out-guests';
import { findFinished, recordFinished, type Aftermath } from './parts/finished-operation';
import { requireElementEditor, requireWorkspaceEditor } from './parts/seen';

/** Where an element moves to. */
export interface ElementMove {
  /** Id of the operation that this makes. */
  readonly id: string;
  readonly elementId: string;
  readonly teamId: string | null;
  readonly workspaceId: string;
}

/**
 * Moves an element to another workspace of its team; roles by name go along (WORK-3). Into a private one no guest follows: its
 * guest link goes off, and guests who had nothing else leave (GUEST-4). The same id again gives the operation that is there.
 * @throws {Refusal} `not_found`; `forbidden` to all but Editors of the element and of the target; `conflict` into a personal
 * workspace, or where it is already
 */
export async function moveElement(store: Store, cause: Cause, input: ElementMove): Promise<Aftermath> {
  const { id, elementId, teamId, workspaceId } = input;
  return store.inTeam(teamId, async (tx) => {
    // Joins begin with the team's lock, too: the workspace that a guest joins in stays what it is until they are in.
    if (teamId !== null) await lockTeam(tx, teamId);
    const { element } = await requireElementEditor(tx, elementId, cause.actor);
    const made = await findFinished(tx, id);
    if (made !== null) return made;
    // The target is looked for inside the element's team: another team's workspace is not there (WORK-3).
    const target = await requireWorkspaceEditor(tx, workspaceId, cause.actor);
    if (target.visibility === 'personal') {
      throw new Refusal('conflict', 'An element never moves into a personal workspace.');
    }
    if (element.workspaceId === workspaceId) throw new Refusal('conflict', 'The element is there already.');
    const there = await Workspace.query(tx).findById(workspaceId).whereNull('deletedAt').forShare();
    if (there === undefined) throw notFound('workspace');
    const guests =
      teamId !== null && there.visibility === 'private'
        ? await shutOutGuests(tx, cause, teamId, [element], 'element_move')
        : NO_GUESTS;
    await Element.query(tx).findById(elementId).patch({ workspaceId, updatedAt: cause.asOf });
    const result = { elementId, workspaceId, ...guests.counts, changedApprovals: guests.changed };
    const operation = await recordFinished(tx, cause, { id, teamId, type: 'element_move', result });
    if (teamId !== null) {
      await appendAudit(tx, teamId, cause, [
        {
          action: 'element.moved',
          target: { type: element.type, id: elementId },
          before: { workspaceId: element.workspaceId },
          after: { workspaceId },
        },
        ...guests.audit,
      ]);
    }
    return { operation, changedApprovals: guests.changed };
  });
}
