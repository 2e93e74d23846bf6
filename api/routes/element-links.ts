import { z } from 'zod';
import { requirePublicCollection } from '../../operations/parts/public-collection';
import { seeElement } from '../../operations/parts/seen';
import { defineRoute } from '../route';
import { runButton } from '../run-button';
import { elementView } from './element-shapes';
import { elementPlace } from './places';
import { id } from './shapes';

const tags = ['Elements'];
const one = z.strictObject({ id });
const link = z.strictObject({ url: z.url() }).meta({ id: 'Link' });

/** Links to elements (SHARE-6), and the run button (SHARE-7). */
export const elementLinkRoutes = [
  defineRoute({
    method: 'get',
    path: '/v1/elements/{id}/link',
    summary: 'An element’s URL, which grants nothing by itself',
    tags,
    auth: ['person', 'service'],
    params: one,
    responses: { 200: link },
    handler: async ({ deps: { store, config }, params, cause }) => {
      const { elementId, teamId } = await elementPlace(store, params.id);
      const seen = await store.inTeam(teamId, (tx) => seeElement(tx, elementId, cause().actor));
      return { status: 200, body: { url: elementView(seen.element, seen.role, config.publicUrl).url } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/elements/{id}/public-link',
    summary: 'The URL at which anyone views a collection of a public workspace',
    tags,
    auth: ['person', 'service'],
    params: one,
    responses: { 200: link },
    handler: async ({ deps: { store, config }, params, cause }) => {
      const { elementId, teamId } = await elementPlace(store, params.id);
      const { element, role } = await store.inTeam(teamId, (tx) =>
        requirePublicCollection(tx, elementId, cause().actor),
      );
      return { status: 200, body: { url: elementView(element, role, config.publicUrl).url } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/elements/{id}/run-button',
    summary: 'The run button of a collection of a public workspace, to be put on pages elsewhere',
    tags,
    auth: ['person', 'service'],
    params: one,
    responses: {
      200: z
        .strictObject({ markdown: z.string(), html: z.string(), buttonSvgUrl: z.url(), landingUrl: z.url() })
        .meta({ id: 'RunButton' }),
    },
    handler: async ({ deps: { store, config }, params, cause }) => {
      const { elementId, teamId } = await elementPlace(store, params.id);
      await store.inTeam(teamId, (tx) => requirePublicCollection(tx, elementId, cause().actor));
      return { status: 200, body: runButton(config.publicUrl, elementId) };
    },
  }),
];
