import { z } from 'zod';
import { requirePerson } from '../../operations/parts/caller-rights';
import { Member, Notification, Team, User } from '../../store/models';
import { idAfter, pageOf } from '../../store/queries/page';
import { listOf, listQuery, pageRequest, toList } from '../paging';
import { defineRoute } from '../route';
import { id, instant, teamRole } from './shapes';

const tags = ['Me'];
const notification = z
  .strictObject({
    id,
    topic: z.string(),
    event: z.string(),
    title: z.string(),
    body: z.string(),
    url: z.string(),
    createdAt: instant,
    readAt: instant.nullable(),
  })
  .meta({ id: 'Notification' });

/** The signed-in person, and what they were told. */
export const meRoutes = [
  defineRoute({
    method: 'get',
    path: '/v1/me',
    summary: 'The signed-in person, with teams and roles',
    tags,
    auth: ['person'],
    responses: {
      200: z.strictObject({
        userId: id,
        email: z.string(),
        name: z.string(),
        teams: z.array(z.strictObject({ id, name: z.string(), slug: z.string(), roles: z.array(teamRole) })),
      }),
    },
    handler: async ({ deps: { store }, cause }) => {
      const userId = requirePerson(cause().actor);
      const user = await User.query(store.knex).findById(userId).throwIfNotFound();
      const teams = await store.acrossTeams(async (tx) => {
        const members = await Member.query(tx).where({ userId }).orderBy('joinedAt');
        const rows = await Team.query(tx).whereIn(
          'id',
          members.map(({ teamId }) => teamId),
        );
        return members.flatMap(({ teamId, roles }) => {
          const team = rows.find((row) => row.id === teamId);
          return team === undefined ? [] : [{ id: team.id, name: team.name, slug: team.slug, roles }];
        });
      });
      return { status: 200, body: { userId, email: user.email, name: user.name, teams } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/me/notifications',
    summary: 'What the person was told, newest first',
    tags,
    auth: ['person'],
    query: z.strictObject(listQuery),
    responses: { 200: listOf(notification) },
    handler: async ({ deps: { store }, query, cause }) => {
      const userId = requirePerson(cause().actor);
      const page = pageRequest(query);
      const after = idAfter(page);
      const found = await store.acrossTeams(async (tx) => {
        const rows = Notification.query(tx)
          .where({ userId })
          .orderBy('id', 'desc')
          .limit(page.limit + 1);
        if (after !== null) void rows.where('id', '<', after);
        return pageOf(await rows, page.limit, (row) => row.id);
      });
      return { status: 200, body: toList({ ...found, rows: found.rows.map(view) }) };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/me/notifications/read',
    summary: 'Mark notifications as read; those that are read stay as they are',
    tags,
    auth: ['person'],
    body: z.strictObject({ ids: z.array(id).min(1).max(100) }),
    responses: { 200: z.strictObject({ read: z.int() }) },
    handler: async ({ deps: { store }, body, cause }) => {
      const userId = requirePerson(cause().actor);
      const read = await store.acrossTeams((tx) =>
        Notification.query(tx)
          .where({ userId })
          .whereIn('id', body.ids)
          .whereNull('readAt')
          .patch({ readAt: store.clock.now() }),
      );
      return { status: 200, body: { read } };
    },
  }),
];

function view(row: Notification): z.input<typeof notification> {
  const { topic, event, title, body, url, createdAt, readAt } = row;
  return {
    ...{ id: row.id, topic, event, title, body, url },
    createdAt: createdAt.toISOString(),
    readAt: readAt?.toISOString() ?? null,
  };
}
