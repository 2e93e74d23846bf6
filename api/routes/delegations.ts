import { z } from 'zod';
import { delegate, endDelegation } from '../../operations/delegate';
import { notFound, requirePerson } from '../../operations/parts/caller-rights';
import { Delegation, User } from '../../store/models';
import type { Tx } from '../../store/database';
import { idAfter, pageOf } from '../../store/queries/page';
import { listOf, listQuery, pageRequest, toList } from '../paging';
import { defineRoute } from '../route';
import { tellChanged } from './operation-answer';
import { id, instant } from './shapes';

const tags = ['Me'];
const person = z.strictObject({ userId: id, name: z.string() });
const delegation = z
  .strictObject({
    id,
    teamId: id,
    delegator: person.meta({ description: 'Whoever handed over.' }),
    toUserId: id,
    delegate: person,
    from: instant,
    until: instant.meta({ description: 'Exclusive.' }),
    createdAt: instant,
  })
  .meta({ id: 'Delegation' });

/** Handing one's decisions over for a time (INVITE-9). */
export const delegationRoutes = [
  defineRoute({
    method: 'post',
    path: '/v1/me/delegations',
    summary: 'Let another member decide what one could decide oneself, for a time',
    tags,
    auth: ['person'],
    body: z.strictObject({ teamId: id, toUserId: id, from: instant, until: instant }),
    responses: { 201: delegation },
    handler: async ({ deps: { store, processes }, body, madeId, cause }) => {
      const { teamId, toUserId } = body;
      const time = { from: new Date(body.from), until: new Date(body.until) };
      const done = await delegate(store, cause(), { id: madeId, teamId, toUserId, ...time });
      await tellChanged(processes, done);
      const [view] = await store.inTeam(teamId, (tx) => views(tx, [done.delegation]));
      if (view === undefined) throw notFound('delegation');
      return { status: 201, body: view };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/me/delegations',
    summary: 'Delegations that one gave or was given, newest first; also those that are over',
    tags,
    auth: ['person'],
    query: z.strictObject(listQuery),
    responses: { 200: listOf(delegation) },
    handler: async ({ deps: { store }, query, cause }) => {
      const userId = requirePerson(cause().actor);
      const page = pageRequest(query);
      const after = idAfter(page);
      const found = await store.acrossTeams(async (tx) => {
        const rows = Delegation.query(tx)
          .where((by) => void by.where({ delegatorId: userId }).orWhere({ delegateId: userId }))
          .orderBy('id', 'desc')
          .limit(page.limit + 1);
        if (after !== null) void rows.where('id', '<', after);
        const cut = pageOf(await rows, page.limit, (row) => row.id);
        return { ...cut, rows: await views(tx, cut.rows) };
      });
      return { status: 200, body: toList(found) };
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/v1/me/delegations/{id}',
    summary: 'Take a delegation back',
    tags,
    auth: ['person'],
    params: z.strictObject({ id }),
    responses: { 204: null },
    handler: async ({ deps: { store, processes }, params, cause }) => {
      const there = await store.acrossTeams((tx) => Delegation.query(tx).findById(params.id));
      if (there === undefined) throw notFound('delegation');
      await tellChanged(processes, await endDelegation(store, cause(), { ...params, teamId: there.teamId }));
      return { status: 204 };
    },
  }),
];

async function views(tx: Tx, rows: readonly Delegation[]): Promise<z.input<typeof delegation>[]> {
  const ids = rows.flatMap(({ delegatorId, delegateId }) => [delegatorId, delegateId]);
  const users = await User.query(tx).whereIn('id', ids);
  const personOf = (userId: string) => ({
    userId,
    name: users.find((user) => user.id === userId)?.name ?? '',
  });
  return rows.map((row) => ({
    id: row.id,
    teamId: row.teamId,
    delegator: personOf(row.delegatorId),
    toUserId: row.delegateId,
    delegate: personOf(row.delegateId),
    from: row.validFrom.toISOString(),
    until: row.validUntil.toISOString(),
    createdAt: row.createdAt.toISOString(),
  }));
}
