import { z } from 'zod';
import { notFound } from '../../operations/parts/caller-rights';
import { seeOperation } from '../../operations/parts/seen-operation';
import { locate } from '../../store/queries/locate';
import { defineRoute } from '../route';
import { operation, operationView } from './operation-answer';
import { id } from './shapes';

/** Work that a caller can follow. */
export const operationRoutes = [
  defineRoute({
    method: 'get',
    path: '/v1/operations/{id}',
    summary: 'How far a piece of work is',
    tags: ['Operations'],
    auth: ['person', 'operator'],
    params: z.strictObject({ id }),
    responses: { 200: operation },
    handler: async ({ deps: { store }, params, cause }) => {
      const place = await locate(store, 'operation', params.id);
      if (place === null) throw notFound('operation');
      const row = await store.inTeam(place.teamId, (tx) => seeOperation(tx, params.id, cause().actor));
      return { status: 200, body: operationView(row) };
    },
  }),
];
