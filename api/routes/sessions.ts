import { z } from 'zod';
import { notFound, requirePerson } from '../../operations/parts/caller-rights';
import { endSession, listSessions, type SignedInBrowser } from '../../store/queries/sessions';
import type { Caller } from '../auth/caller';
import { listOf, listQuery, pageRequest, toList } from '../paging';
import { defineRoute } from '../route';
import { id, instant } from './shapes';

const tags = ['Me'];
const session = z
  .strictObject({
    id,
    signedInAt: instant,
    /** Each use moves it on. */
    expiresAt: instant,
    userAgent: z.string(),
    via: z.enum(['email', 'sso']),
    teamId: id.nullable(),
    current: z.boolean(),
  })
  .meta({ id: 'Session' });

/** Browsers in which the person is signed in (WEB-1). */
export const mySessionRoutes = [
  defineRoute({
    method: 'get',
    path: '/v1/me/sessions',
    summary: 'Where one is signed in, newest first',
    tags,
    auth: ['person'],
    query: z.strictObject(listQuery),
    responses: { 200: listOf(session) },
    handler: async ({ deps: { store }, caller, query, cause }) => {
      const owner = ownerOf(caller, requirePerson(cause().actor));
      const found = await store.acrossTeams((tx) =>
        listSessions(tx, owner, store.clock.now(), pageRequest(query)),
      );
      const current = caller.type === 'person' ? caller.sessionId : undefined;
      return { status: 200, body: toList({ ...found, rows: found.rows.map((row) => view(row, current)) }) };
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/v1/me/sessions/{id}',
    summary: 'Sign a browser out, from anywhere',
    tags,
    auth: ['person'],
    params: z.strictObject({ id }),
    responses: { 204: null },
    handler: async ({ deps: { store }, caller, params, cause }) => {
      const owner = ownerOf(caller, requirePerson(cause().actor));
      const ended = await store.acrossTeams((tx) => endSession(tx, owner, params.id));
      if (!ended) throw notFound('session');
      return { status: 204 };
    },
  }),
];

function ownerOf(caller: Caller, userId: string) {
  return { userId, ssoTeamId: caller.type === 'person' ? (caller.ssoTeamId ?? null) : null };
}

function view(row: SignedInBrowser, current: string | undefined): z.input<typeof session> {
  return {
    id: row.id,
    signedInAt: row.signedInAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    userAgent: row.agent,
    via: row.ssoTeamId === null ? 'email' : 'sso',
    teamId: row.ssoTeamId,
    current: row.id === current,
  };
}
