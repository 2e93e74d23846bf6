import type { Knex } from 'knex';
import { completePreferences, type NoticePreferences } from '../../domain/notices';
import type { Tx } from '../database';
import { Notification, NotificationPreferences } from '../models';
import { idAfter, pageOf, type Page, type PageRequest } from './page';

/** What each of several people wants to be told and how (SLACK-5). */
export async function preferencesOf(
  knex: Knex,
  userIds: readonly string[],
): Promise<(userId: string) => NoticePreferences> {
  const rows = await NotificationPreferences.query(knex).findByIds([...userIds]);
  const known = new Map(rows.map((row) => [row.userId, completePreferences(row)]));
  const all = completePreferences(null);
  return (userId) => known.get(userId) ?? all;
}

/** What a person was told in the app, newest first. */
export async function listNotifications(
  tx: Tx,
  userId: string,
  wanted: { readonly unread: boolean; readonly page: PageRequest },
): Promise<Page<Notification>> {
  const { unread, page } = wanted;
  const after = idAfter(page);
  const rows = Notification.query(tx)
    .where({ userId, inApp: true })
    .orderBy('id', 'desc')
    .limit(page.limit + 1);
  if (unread) void rows.whereNull('readAt');
  if (after !== null) void rows.where('id', '<', after);
  return pageOf(await rows, page.limit, (row) => row.id);
}
