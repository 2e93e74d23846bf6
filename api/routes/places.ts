import { notFound } from '../../operations/parts/caller-rights';
import type { Store } from '../../store/database';
import { locate } from '../../store/queries/locate';

/** A thing with its team; null for what belongs to an account outside teams. */
type In<Key extends string> = Readonly<Record<Key, string>> & { readonly teamId: string | null };

/**
 * The team of a workspace.
 * @throws {Refusal} `not_found`
 */
export async function workspacePlace(store: Store, workspaceId: string): Promise<In<'workspaceId'>> {
  const place = await locate(store, 'workspace', workspaceId);
  if (place === null) throw notFound('workspace');
  return { workspaceId, teamId: place.teamId };
}

/**
 * The team of an element.
 * @throws {Refusal} `not_found`
 */
export async function elementPlace(store: Store, elementId: string): Promise<In<'elementId'>> {
  const place = await locate(store, 'element', elementId);
  if (place === null) throw notFound('element');
  return { elementId, teamId: place.teamId };
}
