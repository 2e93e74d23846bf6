import type { Cause } from '../domain/actor';
import { Refusal } from '../domain/refusal';
import { appendAudit } from '../store/audit';
import type { Store } from '../store/database';
import { Element, ElementVersion } from '../store/models';
import type { Placed } from '../store/queries/access';
import { checkDocument, type ParsedDocument } from './documents/read-document';
import { notFound, requirePerson } from './parts/caller-rights';
import { requireElementEditor } from './parts/seen';

/** A new version of an element's document. */
export interface NewVersion {
  readonly elementId: string;
  readonly teamId: string | null;
  readonly document: ParsedDocument;
  /** The `If-Match` header, or null when the caller does not care what is replaced. */
  readonly ifMatch: string | null;
}

/** The element with the ETag of its new version. */
export interface ReplacedContent extends Placed {
  readonly etag: string;
}

/**
 * Writes a new version of an element's document; its name follows (SHARE-8).
 * @throws {Refusal} `not_found`; `forbidden` to all but its Editors; `invalid_content`; `precondition_failed` when
 * `If-Match` names another version than the newest
 */
export async function replaceContent(
  store: Store,
  cause: Cause,
  input: NewVersion,
): Promise<ReplacedContent> {
  const { elementId, teamId, ifMatch } = input;
  return store.inTeam(teamId, async (tx) => {
    const { workspace } = await requireElementEditor(tx, elementId, cause.actor);
    const userId = requirePerson(cause.actor);
    // Locked: of two that replace the same version the second is stale.
    const element = await Element.query(tx).findById(elementId).whereNull('deletedAt').forNoKeyUpdate();
    if (element === undefined) throw notFound('element');
    const before = await ElementVersion.query(tx)
      .findById([elementId, element.version])
      .select('etag')
      .throwIfNotFound();
    if (ifMatch !== null && !matches(ifMatch, before.etag)) {
      throw new Refusal('precondition_failed', 'Somebody changed the document: read it again.');
    }
    const { name, content, etag } = checkDocument(element.type, input.document);
    const version = element.version + 1;
    await ElementVersion.query(tx).insert({
      ...{ elementId, version, teamId, content, etag },
      createdBy: userId,
      createdAt: cause.asOf,
    });
    const after = await Element.query(tx).patchAndFetchById(elementId, {
      ...{ version, name },
      updatedAt: cause.asOf,
    });
    if (teamId !== null) {
      await appendAudit(tx, teamId, cause, [
        {
          action: 'element.updated',
          target: { type: element.type, id: elementId },
          before: { name: element.name, version: element.version, etag: before.etag },
          after: { name, version, etag },
        },
      ]);
    }
    return { element: after, workspace, etag };
  });
}

/** Whether an `If-Match` header names this ETag: `*`, or a list compared strongly (RFC 9110, 13.1.1). */
function matches(ifMatch: string, etag: string): boolean {
  const listed = ifMatch.split(',').map((tag) => tag.trim());
  return listed.includes('*') || listed.includes(etag);
}
