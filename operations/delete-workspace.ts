import type { Cause } from '../domain/actor';
import { Refusal } from '../domain/refusal';
import { appendAudit } from '../store/audit';
import type { Store } from '../store/database';
import { Element, Workspace } from '../store/models';
import { lockTeam } from '../store/queries/seats';
import { closeForElements } from './parts/close-requests';
import { personOf } from './parts/caller-rights';
import { endKeysOfElements } from './parts/end-keys';
import { applyToGuests } from './parts/guest-effects';
import { recordFinished, type Aftermath } from './parts/finished-operation';
import { requireWorkspaceAdmin } from './parts/seen';

/** Which workspace goes. */
export interface WorkspaceDeletion {
  /** Id of the operation that this makes. */
  readonly id: string;
  readonly workspaceId: string;
  readonly teamId: string | null;
}

/**
 * Deletes a workspace with all its elements; pending requests for them close (INVITE-12), their access keys end (KEY-6), and
 * guests who had nothing else leave (GUEST-4).
 * @throws {Refusal} `not_found`; `forbidden` to all but its Admins; `conflict` for a personal one
 */
export async function deleteWorkspace(
  store: Store,
  cause: Cause,
  input: WorkspaceDeletion,
): Promise<Aftermath> {
  const { id, workspaceId, teamId } = input;
  return store.inTeam(teamId, async (tx) => {
    // Shares, decisions and acceptances begin with the team's lock, too: what they see there stays until they end.
    if (teamId !== null) await lockTeam(tx, teamId);
    const workspace = await requireWorkspaceAdmin(tx, workspaceId, cause.actor);
    if (teamId === null || workspace.visibility === 'personal') {
      throw new Refusal('conflict', 'A personal workspace stays: delete what is in it.');
    }
    const elements = await Element.query(tx).where({ workspaceId }).whereNull('deletedAt').select('id');
    const elementIds = elements.map((element) => element.id);
    const change = { takes: elementIds, from: null, linkOff: null };
    const guests = await applyToGuests(tx, cause, teamId, change, 'workspace_delete');
    const closing = await closeForElements(tx, cause, teamId, elementIds, 'workspace_gone');
    const changedApprovals = [...closing.changed, ...guests.changed];
    await Workspace.query(tx).findById(workspaceId).patch({ deletedAt: cause.asOf });
    await Element.query(tx).whereIn('id', elementIds).patch({ deletedAt: cause.asOf });
    const ended = { asOf: cause.asOf, by: personOf(cause.actor) };
    const keys = await endKeysOfElements(tx, elementIds, ended);
    const result = { workspaceId, elements: elementIds.length, ...guests.counts, changedApprovals };
    const operation = await recordFinished(tx, cause, { id, teamId, type: 'workspace_delete', result });
    await appendAudit(tx, teamId, cause, [
      {
        action: 'workspace.deleted',
        target: { type: 'workspace', id: workspaceId },
        before: { name: workspace.name, visibility: workspace.visibility, elementIds },
      },
      ...keys,
      ...closing.audit,
      ...guests.audit,
    ]);
    return { operation, changedApprovals };
  });
}
