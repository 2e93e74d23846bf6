import type { Cause } from '../domain/actor';
import type { Visibility } from '../domain/roles';
import { appendAudit } from '../store/audit';
import type { Store } from '../store/database';
import { Workspace } from '../store/models';
import { requirePerson, requireRight } from './parts/caller-rights';
import { giveWorkspaceRole } from './parts/workspace-roles';

/** A workspace to make. */
export interface NewWorkspace {
  readonly id: string;
  readonly teamId: string;
  readonly name: string;
  readonly visibility: Visibility;
  readonly description: string | null;
}

/**
 * Makes a workspace in a team; the maker is its Admin, of a personal one its owner (WORK-2). The same id again gives the
 * workspace that is there.
 * @throws {Refusal} `not_found`; `forbidden` to all but Developers, Community Managers and Super Admins
 */
export async function createWorkspace(store: Store, cause: Cause, input: NewWorkspace): Promise<Workspace> {
  const { id, teamId, visibility } = input;
  return store.inTeam(teamId, async (tx) => {
    await requireRight(tx, teamId, cause.actor, 'make_workspaces');
    const userId = requirePerson(cause.actor);
    const made = await Workspace.query(tx).findById(id);
    if (made !== undefined) return made;
    const workspace = await Workspace.query(tx)
      .insert({
        ...input,
        ownerId: visibility === 'personal' ? userId : null,
        createdBy: userId,
        createdAt: cause.asOf,
      })
      .returning('*');
    if (visibility !== 'personal') {
      await giveWorkspaceRole(tx, workspace, { userId, role: 'admin', asOf: cause.asOf });
    }
    await appendAudit(tx, teamId, cause, [
      {
        action: 'workspace.created',
        target: { type: 'workspace', id },
        after: { name: input.name, visibility, description: input.description },
      },
    ]);
    return workspace;
  });
}
