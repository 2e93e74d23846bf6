import { z } from 'zod';
import { storedDurationMs } from '../../domain/duration';
import { createServiceToken, createUserToken, type MadeToken } from '../../operations/create-token';
import { defineRoute } from '../route';
import { duration, id, instant, name } from './shapes';

const tags = ['Tokens'];
const body = z.strictObject({ name, expiresIn: duration.exactOptional() });
const token = z
  .strictObject({
    id,
    name: z.string(),
    token: z.string().nullable().meta({ description: 'Shown once: null in a repeated answer.' }),
    createdAt: instant,
    expiresAt: instant.nullable(),
  })
  .meta({ id: 'Token' });

/** Tokens of people and teams. */
export const tokenRoutes = [
  defineRoute({
    method: 'post',
    path: '/v1/users/{userId}/tokens',
    summary: 'Make a token that acts as a person',
    tags,
    auth: ['person', 'operator'],
    params: z.strictObject({ userId: id }),
    body,
    responses: { 201: token },
    secrets: ['token'],
    handler: async ({ deps: { store }, params, body: input, madeId, cause }) => {
      const made = await createUserToken(store, cause(), { ...asked(madeId, input), ...params });
      return { status: 201, body: view(made) };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/teams/{teamId}/service-tokens',
    summary: 'Make a token that acts for a team: it reads and shares, and never decides',
    tags,
    auth: ['person', 'operator'],
    params: z.strictObject({ teamId: id }),
    body,
    responses: { 201: token },
    secrets: ['token'],
    handler: async ({ deps: { store }, params, body: input, madeId, cause }) => {
      const made = await createServiceToken(store, cause(), { ...asked(madeId, input), ...params });
      return { status: 201, body: view(made) };
    },
  }),
];

function asked(madeId: string, input: z.output<typeof body>) {
  const expiresInMs = input.expiresIn === undefined ? null : storedDurationMs(input.expiresIn);
  return { id: madeId, name: input.name, expiresInMs };
}

function view({ token: row, secret }: MadeToken): z.input<typeof token> {
  return {
    id: row.id,
    name: row.name,
    token: secret,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
  };
}
