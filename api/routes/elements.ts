import { z } from 'zod';
import { createElement } from '../../operations/create-element';
import { deleteElement } from '../../operations/delete-element';
import { readNewElement } from '../../operations/documents/read-body';
import { moveElement } from '../../operations/move-element';
import { personOf } from '../../operations/parts/caller-rights';
import { seeElement, seeWorkspace } from '../../operations/parts/seen';
import { listElements } from '../../store/queries/workspaces';
import { listOf, listQuery, pageRequest, toList } from '../paging';
import { defineRoute } from '../route';
import { document, element, elementView, viewerOf } from './element-shapes';
import { accepted, operationAnswer } from './operation-answer';
import { elementPlace, workspacePlace } from './places';
import { elementType, id } from './shapes';

const tags = ['Elements'];
const one = z.strictObject({ id });

/** Collections, APIs and environments (WORK-2, WORK-3). */
export const elementRoutes = [
  defineRoute({
    method: 'post',
    path: '/v1/workspaces/{id}/elements',
    summary: 'Put a document into a workspace; its text is kept as sent',
    tags,
    auth: ['person'],
    params: one,
    document: true,
    body: z.strictObject({ type: elementType, content: document }),
    responses: { 201: element },
    handler: async ({ deps: { store, config }, params, rawBody, madeId, cause }) => {
      const place = await workspacePlace(store, params.id);
      const made = await createElement(store, cause(), {
        ...place,
        ...readNewElement(rawBody),
        id: madeId,
      });
      return {
        status: 201,
        body: elementView(made.element, 'editor', config.publicUrl),
        headers: { Location: `/v1/elements/${made.element.id}` },
      };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/workspaces/{id}/elements',
    summary: 'What is in a workspace',
    tags,
    auth: ['person', 'service'],
    params: one,
    query: z.strictObject(listQuery),
    responses: { 200: listOf(element) },
    handler: async ({ deps: { store, config }, params, query, cause }) => {
      const { workspaceId, teamId } = await workspacePlace(store, params.id);
      const { actor } = cause();
      const page = await store.inTeam(teamId, async (tx) => {
        const { workspace, role: roleHere } = await seeWorkspace(tx, workspaceId, actor);
        return listElements(tx, workspace, { userId: personOf(actor), roleHere }, pageRequest(query));
      });
      const rows = page.rows.map((row) => elementView(row.element, row.role, config.publicUrl));
      return { status: 200, body: toList({ ...page, rows }) };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/elements/{id}',
    summary: 'An element, with the caller’s role; in a public workspace without a token',
    tags,
    auth: ['person', 'service', 'anonymous'],
    params: one,
    responses: { 200: element },
    handler: async ({ deps: { store, config }, params, caller, cause }) => {
      const { elementId, teamId } = await elementPlace(store, params.id);
      const viewer = viewerOf(caller, cause);
      const seen = await store.inTeam(teamId, (tx) => seeElement(tx, elementId, viewer));
      return { status: 200, body: elementView(seen.element, seen.role, config.publicUrl) };
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/v1/elements/{id}',
    summary: 'Delete an element',
    tags,
    auth: ['person'],
    params: one,
    responses: { 202: operationAnswer },
    handler: async ({ deps, params, madeId, cause }) => {
      const place = await elementPlace(deps.store, params.id);
      return accepted(deps, await deleteElement(deps.store, cause(), { ...place, id: madeId }));
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/elements/{id}/move',
    summary: 'Move an element to another workspace of its team; roles by name go along',
    tags,
    auth: ['person'],
    params: one,
    body: z.strictObject({ workspaceId: id }),
    responses: { 202: operationAnswer },
    handler: async ({ deps, params, body, madeId, cause }) => {
      const place = await elementPlace(deps.store, params.id);
      return accepted(deps, await moveElement(deps.store, cause(), { ...place, ...body, id: madeId }));
    },
  }),
];
