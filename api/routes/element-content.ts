import { z } from 'zod';
import { readNewContent } from '../../operations/documents/read-body';
import { seeElement } from '../../operations/parts/seen';
import { replaceContent } from '../../operations/replace-content';
import { newestVersion } from '../../store/queries/workspaces';
import { isFresh } from '../fresh';
import { defineRoute } from '../route';
import { document, element, elementView, viewerOf } from './element-shapes';
import { elementPlace } from './places';
import { id } from './shapes';

const tags = ['Elements'];
const one = z.strictObject({ id });

/** An element's document (SHARE-8). */
export const elementContentRoutes = [
  defineRoute({
    method: 'get',
    path: '/v1/elements/{id}/content',
    summary: 'The document, byte for byte; in a public workspace without a token',
    tags,
    auth: ['person', 'service', 'anonymous'],
    params: one,
    responses: { 200: document, 304: null },
    handler: async ({ deps: { store }, params, caller, cause, header }) => {
      const { elementId, teamId } = await elementPlace(store, params.id);
      const viewer = viewerOf(caller, cause);
      const version = await store.inTeam(teamId, async (tx) => {
        const seen = await seeElement(tx, elementId, viewer);
        return newestVersion(tx, seen.element);
      });
      const headers = { ETag: version.etag, 'Cache-Control': 'private, no-cache' };
      if (isFresh(header('if-none-match'), version.etag)) return { status: 304, headers };
      return {
        status: 200,
        body: Buffer.from(version.content),
        headers: { ...headers, 'Content-Type': 'application/json; charset=utf-8' },
      };
    },
  }),
  defineRoute({
    method: 'put',
    path: '/v1/elements/{id}/content',
    summary: 'A new version: the document itself, or { content }',
    tags,
    auth: ['person'],
    params: one,
    document: true,
    body: document,
    responses: { 200: element },
    handler: async ({ deps: { store, config, keyReads }, params, rawBody, cause, header }) => {
      const place = await elementPlace(store, params.id);
      const changed = await replaceContent(store, cause(), {
        ...place,
        document: readNewContent(rawBody),
        ifMatch: header('if-match') ?? null,
      });
      keyReads.changed(params.id);
      return {
        status: 200,
        body: elementView(changed.element, 'editor', config.publicUrl),
        headers: { ETag: changed.etag },
      };
    },
  }),
];
