import { z } from 'zod';
import { publicCollection } from '../../operations/parts/public-collection';
import type { Store, Tx } from '../../store/database';
import type { Placed } from '../../store/queries/access';
import { newestVersion } from '../../store/queries/workspaces';
import { defineRoute } from '../route';
import { BUTTON_SVG, landingUrl } from '../run-button';
import { document } from './element-shapes';
import { isFresh } from '../fresh';
import { elementPlace } from './places';
import { id } from './shapes';

const tags = ['Public collections'];
const one = z.strictObject({ id });
const auth = ['anonymous', 'person', 'service', 'operator'] as const;

/** What pages and programs elsewhere load of a public collection, whoever asks (SHARE-6, SHARE-7). */
export const runRoutes = [
  defineRoute({
    method: 'get',
    path: '/run/{id}/collection.json',
    summary: 'The document of a public collection, byte for byte, as Postman and newman load it',
    tags,
    auth,
    params: one,
    responses: { 200: document, 304: null },
    handler: async ({ deps: { store }, params, header }) => {
      const { etag, content } = await inPublic(store, params.id, (tx, { element }) =>
        newestVersion(tx, element),
      );
      // Asked for again each time: a collection that is no longer public is gone at once.
      const headers = { ETag: etag, 'Cache-Control': 'no-cache' };
      if (isFresh(header('if-none-match'), etag)) return { status: 304, headers };
      return {
        status: 200,
        body: Buffer.from(content),
        headers: { ...headers, 'Content-Type': 'application/json; charset=utf-8' },
      };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/run/{id}/button.json',
    summary: 'What the run button says of a public collection',
    tags,
    auth,
    params: one,
    responses: { 200: z.strictObject({ name: z.string(), landingUrl: z.url() }) },
    handler: async ({ deps: { store, config }, params }) => {
      const { element } = await inPublic(store, params.id, (_tx, placed) => Promise.resolve(placed));
      return {
        status: 200,
        body: { name: element.name, landingUrl: landingUrl(config.publicUrl, element.id) },
        headers: { 'Cache-Control': 'no-cache' },
      };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/run/{id}/button.svg',
    summary: 'The picture of the run button',
    tags,
    auth,
    params: one,
    responses: { 200: 'image/svg+xml' },
    handler: async ({ deps: { store }, params }) => {
      await inPublic(store, params.id, (_tx, placed) => Promise.resolve(placed));
      return {
        status: 200,
        body: Buffer.from(BUTTON_SVG),
        // READMEs are read often; five minutes after a collection stopped being public its button is gone.
        headers: { 'Content-Type': 'image/svg+xml; charset=utf-8', 'Cache-Control': 'public, max-age=300' },
      };
    },
  }),
];

/** @throws {Refusal} `not_found` for all that is no public collection */
async function inPublic<T>(
  store: Store,
  id: string,
  work: (tx: Tx, placed: Placed) => Promise<T>,
): Promise<T> {
  const { elementId, teamId } = await elementPlace(store, id);
  return store.inTeam(teamId, async (tx) => work(tx, await publicCollection(tx, elementId)));
}
