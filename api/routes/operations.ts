import { z } from 'zod';
import type { Cause } from '../../domain/actor';
import { cancelAccessChange, confirmAccessChange, doesNotWait } from '../../operations/end-access-change';
import { notFound } from '../../operations/parts/caller-rights';
import { seeOperation } from '../../operations/see-operation';
import type { Store } from '../../store/database';
import { locate } from '../../store/queries/locate';
import { defineRoute } from '../route';
import { accepted, operation, operationAnswer, operationView } from './operation-answer';
import { id } from './shapes';

const tags = ['Operations'];
const one = z.strictObject({ id });

/** Work that a caller can follow, confirm and cancel (GUEST-8). */
export const operationRoutes = [
  defineRoute({
    method: 'get',
    path: '/v1/operations/{id}',
    summary: 'How far a piece of work is',
    tags,
    auth: ['person', 'operator'],
    params: one,
    responses: { 200: operation },
    handler: async ({ deps, params, cause }) => {
      const place = await locate(deps.store, 'operation', params.id);
      if (place === null) throw notFound('operation');
      const row = await deps.store.inTeam(place.teamId, (tx) => seeOperation(tx, params.id, cause()));
      return { status: 200, body: operationView(deps, row) };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/operations/{id}/confirm',
    summary: 'Do what waits for confirmation because it removes many guests; it is planned anew',
    tags,
    auth: ['person', 'operator'],
    params: one,
    responses: { 202: operationAnswer },
    handler: async ({ deps, params, cause }) => {
      const ref = await heldOperation(deps.store, params.id, cause());
      return accepted(deps, await confirmAccessChange(deps.store, cause(), ref));
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/operations/{id}/cancel',
    summary: 'Give up what waits for confirmation; nothing has changed',
    tags,
    auth: ['person', 'operator'],
    params: one,
    responses: { 200: operation },
    handler: async ({ deps, params, cause }) => {
      const ref = await heldOperation(deps.store, params.id, cause());
      const row = await cancelAccessChange(deps.store, cause(), ref);
      await deps.processes.accessChanged(ref);
      return { status: 200, body: operationView(deps, row) };
    },
  }),
];

/** Where an operation that may wait lies. @throws {Refusal} `not_found`; `conflict` for one outside teams, which never waits */
async function heldOperation(
  store: Store,
  operationId: string,
  cause: Cause,
): Promise<{ readonly operationId: string; readonly teamId: string }> {
  const place = await locate(store, 'operation', operationId);
  if (place === null) throw notFound('operation');
  const { teamId } = place;
  if (teamId !== null) return { operationId, teamId };
  await store.inTeam(null, (tx) => seeOperation(tx, operationId, cause));
  throw doesNotWait();
}
