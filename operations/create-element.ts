import type { Cause } from '../domain/actor';
import type { ElementType } from '../domain/roles';
import { appendAudit } from '../store/audit';
import type { Store, Tx } from '../store/database';
import { Element, ElementVersion, Workspace } from '../store/models';
import type { Placed } from '../store/queries/access';
import { checkDocument, type ParsedDocument } from './documents/read-document';
import { notFound, requirePerson } from './parts/caller-rights';
import { requireWorkspaceEditor } from './parts/seen';

/** An element to make from a document. */
export interface NewElement {
  readonly id: string;
  readonly workspaceId: string;
  readonly teamId: string | null;
  readonly type: ElementType;
  readonly document: ParsedDocument;
}

/**
 * Puts a document into a workspace, its text kept as it came (WORK-2, SHARE-8). The same id again gives the element that is
 * there.
 * @throws {Refusal} `not_found`; `forbidden` to all but the workspace's Editors and Admins; `invalid_content`
 */
export async function createElement(store: Store, cause: Cause, input: NewElement): Promise<Placed> {
  const { id, workspaceId, teamId, type } = input;
  const { name, content, etag } = checkDocument(type, input.document);
  return store.inTeam(teamId, async (tx) => {
    await requireWorkspaceEditor(tx, workspaceId, cause.actor);
    const userId = requirePerson(cause.actor);
    const workspace = await holdWorkspace(tx, workspaceId);
    const made = await Element.query(tx).findById(id);
    if (made !== undefined) return { element: made, workspace };
    const by = { teamId, createdBy: userId, createdAt: cause.asOf };
    const element = await Element.query(tx)
      .insert({ ...{ id, workspaceId, type, name }, ...by, version: 1, updatedAt: cause.asOf })
      .returning('*');
    await ElementVersion.query(tx).insert({ elementId: id, version: 1, content, etag, ...by });
    if (teamId !== null) {
      await appendAudit(tx, teamId, cause, [
        { action: 'element.created', target: { type, id }, after: { name, workspaceId, etag } },
      ]);
    }
    return { element, workspace };
  });
}

/** A workspace that cannot be deleted before this transaction ends. */
async function holdWorkspace(tx: Tx, workspaceId: string): Promise<Workspace> {
  const workspace = await Workspace.query(tx).findById(workspaceId).whereNull('deletedAt').forShare();
  if (workspace === undefined) throw notFound('workspace');
  return workspace;
}
