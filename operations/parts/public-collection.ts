import { isPublicCollection } from '../../domain/access';
import { Refusal } from '../../domain/refusal';
import type { Tx } from '../../store/database';
import type { Placed } from '../../store/queries/access';
import { notFound } from './caller-rights';
import { seeElement, type SeenElement, type Viewer } from './seen';

/**
 * A collection in a public workspace, as anyone sees it (SHARE-6).
 * @throws {Refusal} `not_found` for all else, the same as for an id that is nobody's
 */
export async function publicCollection(tx: Tx, elementId: string): Promise<Placed> {
  const seen = await seeElement(tx, elementId, null);
  if (isPublicCollection(seen.element.type, seen.workspace.visibility)) return seen;
  throw notFound('element');
}

/**
 * A collection in a public workspace, for whoever wants a link to it (SHARE-6, SHARE-7).
 * @throws {Refusal} as {@link seeElement}, and `not_public` for another element that the viewer sees
 */
export async function requirePublicCollection(
  tx: Tx,
  elementId: string,
  viewer: Viewer,
): Promise<SeenElement> {
  const seen = await seeElement(tx, elementId, viewer);
  if (isPublicCollection(seen.element.type, seen.workspace.visibility)) return seen;
  throw new Refusal('not_public', 'Only a collection in a public workspace has a public link.');
}
