import { v7 as uuid } from 'uuid';
import { mayFork } from '../domain/access';
import { isInsider } from '../domain/roles';
import type { Cause } from '../domain/actor';
import { whoOnElement } from '../domain/who-could';
import { appendAudit } from '../store/audit';
import type { Store, Tx } from '../store/database';
import { Element, ElementVersion, User, Workspace } from '../store/models';
import { teamRolesOf, type Placed } from '../store/queries/access';
import { turnedTo } from '../store/outside-teams';
import { newestVersion } from '../store/queries/workspaces';
import { forbidden, notFound, requirePerson } from './parts/caller-rights';
import { ensurePersonalWorkspace } from './parts/personal-workspace';
import { requireWorkspaceEditor, seeElement } from './parts/seen';

/** A workspace by its id, with its team. */
export interface ForkTarget {
  readonly workspaceId: string;
  readonly teamId: string | null;
}

/** An element to fork. */
export interface Fork {
  /** Id of the copy. */
  readonly id: string;
  readonly elementId: string;
  /** The team of the element that is forked. */
  readonly teamId: string | null;
  /** Null: the forker's personal workspace, in the element's team for its members, else outside teams. */
  readonly target: ForkTarget | null;
}

/**
 * Copies the newest version of an element into a workspace, as an element of its own (SHARE-6). The same id again gives
 * the copy that is there.
 * @throws {Refusal} `not_found`; `forbidden` to guests and programs, and to all but Editors and Admins of the target
 */
export async function forkElement(store: Store, cause: Cause, input: Fork): Promise<Placed> {
  const { id, elementId, teamId } = input;
  const userId = requirePerson(cause.actor);
  return store.inTeam(teamId, async (tx) => {
    const source = await seeElement(tx, elementId, cause.actor);
    if (!mayFork(source.role, source.workspace.visibility)) {
      throw forbidden(whoOnElement('fork'));
    }
    const { content, etag } = await newestVersion(tx, source.element);
    const into = input.target === null ? await homeOf(tx, source, userId) : input.target.teamId;
    return turnedTo(tx, into, async () => {
      const workspace = await placeOf(tx, cause, { ...input, userId, teamId: into });
      const made = await Element.query(tx).findById(id);
      if (made !== undefined) return { element: made, workspace };
      const { type, name, version } = source.element;
      const by = { teamId: into, createdBy: userId, createdAt: cause.asOf };
      const element = await Element.query(tx)
        .insert({
          ...{ id, type, name },
          workspaceId: workspace.id,
          ...by,
          version: 1,
          updatedAt: cause.asOf,
        })
        .returning('*');
      await ElementVersion.query(tx).insert({ elementId: id, version: 1, content, etag, ...by });
      if (into !== null) {
        await appendAudit(tx, into, cause, [
          {
            action: 'element.forked',
            target: { type, id },
            after: { name, workspaceId: workspace.id, from: { elementId, version }, etag },
          },
        ]);
      }
      return { element, workspace };
    });
  });
}

/** The team whose personal workspace is the forker's: the element's, for its members but guests; else none. */
async function homeOf(tx: Tx, { element: { teamId } }: Placed, userId: string): Promise<string | null> {
  if (teamId === null) return null;
  const roles = await teamRolesOf(tx, teamId, userId);
  return isInsider(roles) ? teamId : null;
}

async function placeOf(
  tx: Tx,
  cause: Cause,
  { target, userId, teamId }: Pick<Fork, 'target' | 'teamId'> & { readonly userId: string },
): Promise<Workspace> {
  if (target === null) {
    // Locked: two first forks at once make one personal workspace.
    await User.query(tx).findById(userId).forNoKeyUpdate();
    return ensurePersonalWorkspace(tx, { id: uuid(), userId, teamId, asOf: cause.asOf });
  }
  await requireWorkspaceEditor(tx, target.workspaceId, cause.actor);
  const held = await Workspace.query(tx).findById(target.workspaceId).whereNull('deletedAt').forShare();
  if (held === undefined) throw notFound('workspace');
  return held;
}
