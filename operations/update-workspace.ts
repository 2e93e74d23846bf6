import type { Cause } from '../domain/actor';
import { Refusal } from '../domain/refusal';
import type { Visibility } from '../domain/roles';
import { appendAudit, type AuditEntry } from '../store/audit';
import type { Store, Tx } from '../store/database';
import { Element, Workspace } from '../store/models';
import { changeAccess, type AccessRule, type InTeam } from './parts/change-access';
import { closeGuestLinks } from './parts/close-guest-links';
import type { Aftermath } from './parts/finished-operation';
import { changeWorkspaceVisibility } from './parts/open-workspace';
import { requireWorkspaceAdmin } from './parts/seen';

/** What changes of a workspace; what is left out stays. */
export interface WorkspaceUpdate {
  readonly workspaceId: string;
  readonly name?: string;
  readonly description?: string | null;
}

/** The same, with another circle of those who see it. */
export interface VisibilityChange extends WorkspaceUpdate {
  readonly visibility: Exclude<Visibility, 'personal'>;
}

/**
 * Renames or describes a workspace (WORK-1).
 * @throws {Refusal} `not_found`; `forbidden` to all but its Admins
 */
export async function updateWorkspace(
  store: Store,
  cause: Cause,
  input: WorkspaceUpdate & { readonly teamId: string | null },
): Promise<Workspace> {
  const { workspaceId, teamId } = input;
  return store.inTeam(teamId, async (tx) => {
    await requireWorkspaceAdmin(tx, workspaceId, cause.actor);
    const before = await Workspace.query(tx).findById(workspaceId).forNoKeyUpdate().throwIfNotFound();
    const entries = await describe(tx, before, input);
    if (teamId !== null) await appendAudit(tx, teamId, cause, entries);
    return before.$query(tx);
  });
}

/** {@link changeVisibility} as a change that may take access away. */
export const visibilityChange: AccessRule<VisibilityChange> = {
  type: 'workspace_visibility',
  judge: async (tx, cause, input, team) => {
    const { workspaceId, visibility } = input;
    const workspace = await requireWorkspaceAdmin(tx, workspaceId, cause.actor);
    if (team === null) {
      throw new Refusal('conflict', 'This workspace belongs to no team: it stays personal.');
    }
    if (visibility === workspace.visibility) {
      throw new Refusal('conflict', `The workspace is ${visibility} already.`);
    }
    const closes = visibility === 'private';
    const elements = closes ? await Element.query(tx).where({ workspaceId }).whereNull('deletedAt') : [];
    return {
      guests: { takes: elements.map(({ id }) => id), from: null, linkOff: null },
      act: async () => {
        const before = await Workspace.query(tx).findById(workspaceId).forNoKeyUpdate().throwIfNotFound();
        const described = await describe(tx, before, input);
        const off = await closeGuestLinks(tx, elements, 'workspace_visibility');
        const changed = await changeWorkspaceVisibility(tx, cause, before, visibility);
        return {
          result: { workspaceId, visibility },
          audit: [...described, ...changed, ...off],
          changed: [],
        };
      },
    };
  },
};

/**
 * Changes who sees a workspace, and its name and description where these are given (WORK-1). A private one is closed to guests:
 * links go off, and guests who had nothing else leave (GUEST-4).
 * @throws {Refusal} `not_found`; `forbidden` to all but its Admins; `conflict` when it has that visibility already, or belongs
 * to no team
 */
export async function changeVisibility(
  store: Store,
  cause: Cause,
  input: VisibilityChange & InTeam,
): Promise<Aftermath> {
  return changeAccess(store, cause, visibilityChange, input);
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
