import type { Cause } from '../domain/actor';
import { Refusal } from '../domain/refusal';
import type { Store } from '../store/database';
import { Element, Workspace } from '../store/models';
import { changeAccess, type AccessRule, type InTeam } from './parts/change-access';
import { closeForElements } from './parts/close-requests';
import { personOf } from './parts/caller-rights';
import { endKeysOfElements } from './parts/end-keys';
import type { Aftermath } from './parts/finished-operation';
import { requireWorkspaceAdmin } from './parts/seen';

/** Which workspace goes. */
export interface WorkspaceDeletion {
  readonly workspaceId: string;
}

/** {@link deleteWorkspace} as a change that may take access away. */
export const workspaceDeletion: AccessRule<WorkspaceDeletion> = {
  type: 'workspace_delete',
  judge: async (tx, cause, { workspaceId }, team) => {
    const workspace = await requireWorkspaceAdmin(tx, workspaceId, cause.actor);
    if (team === null || workspace.visibility === 'personal') {
      throw new Refusal('conflict', 'A personal workspace stays: delete what is in it.');
    }
    const elements = await Element.query(tx).where({ workspaceId }).whereNull('deletedAt').select('id');
    const elementIds = elements.map((element) => element.id);
    return {
      guests: { takes: elementIds, from: null, linkOff: null },
      gone: { elementIds },
      act: async () => {
        const closing = await closeForElements(tx, cause, team.id, elementIds, 'workspace_gone');
        await Workspace.query(tx).findById(workspaceId).patch({ deletedAt: cause.asOf });
        await Element.query(tx).whereIn('id', elementIds).patch({ deletedAt: cause.asOf });
        const ended = { asOf: cause.asOf, by: personOf(cause.actor) };
        const keys = await endKeysOfElements(tx, elementIds, ended);
        const deleted = {
          action: 'workspace.deleted',
          target: { type: 'workspace', id: workspaceId },
          before: { name: workspace.name, visibility: workspace.visibility, elementIds },
        };
        return {
          result: { workspaceId, elements: elementIds.length },
          audit: [deleted, ...keys, ...closing.audit],
          changed: closing.changed,
        };
      },
    };
  },
};

/**
 * Deletes a workspace with all its elements; pending requests for them close (INVITE-12), their access keys end (KEY-6), and
 * guests who had nothing else leave (GUEST-4).
 * @throws {Refusal} `not_found`; `forbidden` to all but its Admins; `conflict` for a personal one
 */
export async function deleteWorkspace(
  store: Store,
  cause: Cause,
  input: WorkspaceDeletion & InTeam,
): Promise<Aftermath> {
  return changeAccess(store, cause, workspaceDeletion, input);
}
