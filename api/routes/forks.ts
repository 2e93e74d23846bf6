import { z } from 'zod';
import { forkElement } from '../../operations/fork-element';
import type { Store } from '../../store/database';
import { locate } from '../../store/queries/locate';
import { defineRoute } from '../route';
import { element, elementView } from './element-shapes';
import { elementPlace } from './places';
import { id } from './shapes';

/** Copies of elements (SHARE-6). */
export const forkRoutes = [
  defineRoute({
    method: 'post',
    path: '/v1/elements/{id}/forks',
    summary: 'Copy an element into a workspace, by default into one’s personal one',
    tags: ['Elements'],
    auth: ['person'],
    params: z.strictObject({ id }),
    body: z.strictObject({ workspaceId: id.exactOptional() }),
    responses: { 201: element },
    handler: async ({ deps: { store, config }, params, body, madeId, cause }) => {
      const source = await elementPlace(store, params.id);
      const target = body.workspaceId === undefined ? null : await placeOf(store, body.workspaceId);
      const made = await forkElement(store, cause(), { ...source, target, id: madeId });
      return {
        status: 201,
        body: elementView(made.element, 'editor', config.publicUrl),
        headers: { Location: `/v1/elements/${made.element.id}` },
      };
    },
  }),
];

/** Where a workspace lies; one that is not there is refused after the element, so that a stranger tells neither apart. */
async function placeOf(store: Store, workspaceId: string) {
  return { workspaceId, teamId: (await locate(store, 'workspace', workspaceId))?.teamId ?? null };
}
