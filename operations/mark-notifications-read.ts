import type { Store } from '../store/database';
import { Notification } from '../store/models';

/**
 * Marks a person's notifications as read; those that are read already stay as they are, others' are passed over.
 * @param ids which, or `all`
 * @returns how many were unread
 */
export async function markNotificationsRead(
  store: Store,
  userId: string,
  ids: readonly string[] | 'all',
): Promise<number> {
  return store.acrossTeams((tx) => {
    const rows = Notification.query(tx).where({ userId, inApp: true }).whereNull('readAt');
    if (ids !== 'all') void rows.whereIn('id', [...ids]);
    return rows.patch({ readAt: store.clock.now() });
  });
}
