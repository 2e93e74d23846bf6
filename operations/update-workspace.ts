import type { Cause } from '../domain/actor';
import { Refusal } from '../domain/refusal';
import type { Visibility } from '../domain/roles';
import { appendAudit, type AuditEntry } from '../store/audit';
import type { Store, Tx } from '../store/database';
import { Element, Workspace, type OperationRow } from '../store/models';
import { lockTeam } from '../store/queries/seats';
import { NO_GUESTS } from './parts/guest-effects';
import { shutOutGuests } from './parts/shut-out-guests';
import { recordFinished } from './parts/finished-operation';
import { changeWorkspaceVisibility } from './parts/open-workspace';
import { requireWorkspaceAdmin } from './parts/seen';

/** What changes of a workspace; what is left out stays. */
export interface WorkspaceUpdate {
  /** Id of the operation, if a change of visibility makes one. */
  readonly id: string;
  readonly workspaceId: string;
  readonly teamId: string | null;
  readonly name?: string;
  readonly description?: string | null;
  readonly visibility?: Exclude<Visibility, 'personal'>;
}

/** The workspace after the change, and the operation when its visibility changed. */
export interface WorkspaceChange {
  readonly workspace: Workspace;
  readonly operation: OperationRow | null;
  /** Requests that closed with guests who left. */
  readonly changedApprovals: readonly string[];
}

/**
 * Renames a workspace, describes it, or changes who sees it (WORK-1). A private one is closed to guests (GUEST-4).
 * @throws {Refusal} `not_found`; `forbidden` to all but the workspace's Admins; `conflict` when it has that visibility
 * already, or belongs to no team
 */
export async function updateWorkspace(
  store: Store,
  cause: Cause,
  input: WorkspaceUpdate,
): Promise<WorkspaceChange> {
  const { id, workspaceId, teamId, visibility } = input;
  return store.inTeam(teamId, async (tx) => {
    // Joins begin with the team's lock, too: a workspace that a guest joins in stays what it is until they are in.
    if (teamId !== null && visibility !== undefined) await lockTeam(tx, teamId);
    await requireWorkspaceAdmin(tx, workspaceId, cause.actor);
    const before = await Workspace.query(tx).findById(workspaceId).forNoKeyUpdate().throwIfNotFound();
    const entries = await describe(tx, before, input);
    if (visibility === undefined) {
      if (teamId !== null) await appendAudit(tx, teamId, cause, entries);
      return { workspace: await before.$query(tx), operation: null, changedApprovals: [] };
    }
    if (visibility === before.visibility) {
      throw new Refusal('conflict', `The workspace is ${visibility} already.`);
    }
    const guests =
      teamId !== null && visibility === 'private'
        ? await shutOutGuests(tx, cause, teamId, await elementsOf(tx, workspaceId), 'workspace_visibility')
        : NO_GUESTS;
    const opened = await changeWorkspaceVisibility(tx, cause, before, visibility);
    const result = { workspaceId, visibility, ...guests.counts, changedApprovals: guests.changed };
    const operation = await recordFinished(tx, cause, { id, teamId, type: 'workspace_visibility', result });
    if (teamId !== null) await appendAudit(tx, teamId, cause, [...entries, ...opened, ...guests.audit]);
    return { workspace: await before.$query(tx), operation, changedApprovals: guests.changed };
  });
}

async function elementsOf(tx: Tx, workspaceId: string): Promise<Element[]> {
  return Element.query(tx).where({ workspaceId }).whereNull('deletedAt');
}

async function describe(tx: Tx, before: Workspace, input: WorkspaceUpdate): Promise<AuditEntry[]> {
  const { name = before.name, description = before.description } = input;
  if (name === before.name && description === before.description) return [];
  await Workspace.query(tx).findById(before.id).patch({ name, description });
  return [
    {
      action: 'workspace.updated',
      target: { type: 'workspace', id: before.id },
      before: { name: before.name, description: before.description },
      after: { name, description },
    },
  ];
}
