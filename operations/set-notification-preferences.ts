import { completePreferences, type GivenPreferences, type NoticePreferences } from '../domain/notices';
import type { Store } from '../store/database';
import { NotificationPreferences } from '../store/models';

/** Replaces what a person wants to be told and how; what they leave out is on (SLACK-5). */
export async function setNotificationPreferences(
  store: Store,
  userId: string,
  given: GivenPreferences,
): Promise<NoticePreferences> {
  const { topics, quietHours } = completePreferences(given);
  await NotificationPreferences.query(store.knex)
    .insert({ userId, topics, quietHours, updatedAt: store.clock.now() })
    .onConflict('user_id')
    .merge();
  return { topics, quietHours };
}
