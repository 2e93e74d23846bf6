import { z } from 'zod';
import { CHANNELS, TOPICS, type NoticePreferences } from '../../domain/notices';
import { isClockTime, isTimeZone } from '../../domain/quiet-hours';
import { markNotificationsRead } from '../../operations/mark-notifications-read';
import { requirePerson } from '../../operations/parts/caller-rights';
import { setNotificationPreferences } from '../../operations/set-notification-preferences';
import type { Notification } from '../../store/models';
import { listNotifications, preferencesOf } from '../../store/queries/notices';
import { listOf, listQuery, pageRequest, toList } from '../paging';
import { defineRoute } from '../route';
import { id, instant } from './shapes';

const tags = ['Me'];
const notification = z
  .strictObject({
    id,
    topic: z.enum(TOPICS),
    event: z.string(),
    title: z.string(),
    body: z.string(),
    url: z.string(),
    createdAt: instant,
    readAt: instant.nullable(),
  })
  .meta({ id: 'Notification' });

const each = <K extends string, S extends z.ZodType>(keys: readonly K[], schema: S) =>
  z.strictObject(Object.fromEntries(keys.map((key) => [key, schema])) as Record<K, S>);

const clock = z
  .string()
  .refine(isClockTime, 'has to be a time of day such as 07:30')
  .meta({ example: '22:00' });
const quietHours = z
  .strictObject({
    from: clock,
    to: clock,
    timeZone: z
      .string()
      .max(100)
      .refine(isTimeZone, 'has to be a time zone such as Europe/Berlin')
      .meta({ example: 'Europe/Berlin' }),
  })
  .refine(({ from, to }) => from !== to, { message: 'from and to have to differ', path: ['to'] })
  .meta({ id: 'QuietHours' });

const preferences = z
  .strictObject({
    topics: each(TOPICS, each(CHANNELS, z.boolean())),
    quietHours: quietHours.exactOptional(),
  })
  .meta({ id: 'NotificationPreferences' });

/** What is left out is on; without quiet hours there are none. */
const given = z.strictObject({
  topics: each(TOPICS, each(CHANNELS, z.boolean().exactOptional()).exactOptional()).exactOptional(),
  quietHours: quietHours.exactOptional(),
});

/** What the signed-in person was told, and how they want to be told (SLACK-5, WEB-4). */
export const notificationRoutes = [
  defineRoute({
    method: 'get',
    path: '/v1/me/notifications',
    summary: 'What the person was told in the app, newest first',
    tags,
    auth: ['person'],
    query: z.strictObject({ ...listQuery, unread: z.enum(['true', 'false']).exactOptional() }),
    responses: { 200: listOf(notification) },
    handler: async ({ deps: { store }, query, cause }) => {
      const userId = requirePerson(cause().actor);
      const wanted = { unread: query.unread === 'true', page: pageRequest(query) };
      const found = await store.acrossTeams((tx) => listNotifications(tx, userId, wanted));
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
      const read = await markNotificationsRead(store, requirePerson(cause().actor), body.ids);
      return { status: 200, body: { read } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/me/notification-preferences',
    summary: 'What the person wants to be told, on which ways, and when not',
    tags,
    auth: ['person'],
    responses: { 200: preferences },
    handler: async ({ deps: { store }, cause }) => {
      const userId = requirePerson(cause().actor);
      const of = await preferencesOf(store.knex, [userId]);
      return { status: 200, body: shown(of(userId)) };
    },
  }),
  defineRoute({
    method: 'put',
    path: '/v1/me/notification-preferences',
    summary: 'Replace the preferences; what is left out is on, and without quietHours there are none',
    tags,
    auth: ['person'],
    body: given,
    responses: { 200: preferences },
    handler: async ({ deps: { store }, body, cause }) => {
      const wanted = { topics: body.topics ?? {}, quietHours: body.quietHours ?? null };
      const now = await setNotificationPreferences(store, requirePerson(cause().actor), wanted);
      return { status: 200, body: shown(now) };
    },
  }),
];

function shown({ topics, quietHours: hours }: NoticePreferences): z.input<typeof preferences> {
  return { topics, ...(hours === null ? {} : { quietHours: hours }) };
}

function view(row: Notification): z.input<typeof notification> {
  const { topic, event, title, body, url, createdAt, readAt } = row;
  return {
    ...{ id: row.id, topic, event, title, body, url },
    createdAt: createdAt.toISOString(),
    readAt: readAt?.toISOString() ?? null,
  };
}
