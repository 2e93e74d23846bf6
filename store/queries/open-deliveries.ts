import type { Tx } from '../database';
import { Delivery, Notification, User } from '../models';
import { closeDigests } from './guest-digests';
import { shareAudience } from './share-audience';

/** What to deliver: the notices of one share or one operation that go out at once, or a team's that were held and are due. */
export interface Due {
  readonly teamId: string;
  readonly channel: Delivery['channel'];
  readonly shareId: string | null;
  readonly asOf: Date;
}

/** One notice on its way to one person. */
export interface OpenDelivery {
  readonly delivery: Delivery;
  readonly notification: Notification;
  readonly email: string;
}

/**
 * Deliveries that are due, oldest first. Those to people who have lost since what they were told of are closed instead, and
 * digests take nobody in any more (SLACK-5).
 * @returns them, and whether there may be more
 */
export async function openDeliveries(
  tx: Tx,
  due: Due,
  limit: number,
): Promise<{ readonly open: readonly OpenDelivery[]; readonly isMore: boolean }> {
  const { asOf } = due;
  const first = await dueRows(tx, due, limit);
  if (first.length === 0) return { open: [], isMore: false };
  const rows = (await closeDigests(tx, noticesOf(first), asOf)) ? await dueRows(tx, due, limit) : first;
  const ids = noticesOf(rows);
  const notices = new Map((await Notification.query(tx).findByIds(ids)).map((row) => [row.id, row]));
  const userIds = [...new Set([...notices.values()].map(({ userId }) => userId))];
  const emails = new Map((await User.query(tx).findByIds(userIds)).map(({ id, email }) => [id, email]));
  const found = rows.flatMap((delivery): OpenDelivery[] => {
    const notification = notices.get(delivery.notificationId ?? '');
    const email = emails.get(notification?.userId ?? '');
    return notification === undefined || email === undefined ? [] : [{ delivery, notification, email }];
  });
  const lost = await withoutAccess(tx, found);
  await closeDeliveries(
    tx,
    lost.map(({ delivery }) => delivery.id),
    asOf,
  );
  return { open: found.filter((one) => !lost.includes(one)), isMore: first.length === limit };
}

function noticesOf(rows: readonly Delivery[]): string[] {
  return rows.flatMap(({ notificationId }) => (notificationId === null ? [] : [notificationId]));
}

async function dueRows(tx: Tx, { teamId, channel, shareId, asOf }: Due, limit: number): Promise<Delivery[]> {
  return Delivery.query(tx)
    .where({ teamId, channel })
    .whereNotNull('notificationId')
    .whereNull('sentAt')
    .whereNull('closedAt')
    .where((which) =>
      shareId === null
        ? void which.where('dueAt', '<=', asOf)
        : void which.where({ causeId: shareId }).whereNull('dueAt'),
    )
    .orderBy('id')
    .limit(limit);
}

/** Gives deliveries up for good. */
export async function closeDeliveries(tx: Tx, ids: readonly string[], asOf: Date): Promise<void> {
  if (ids.length > 0)
    await Delivery.query(tx)
      .findByIds([...ids])
      .patch({ closedAt: asOf });
}

/** When next a held delivery of the team is due, or null where none is held. */
export async function nextHeldAt(tx: Tx, teamId: string, asOf: Date): Promise<Date | null> {
  const [next] = await Delivery.query(tx)
    .where({ teamId })
    .whereIn('channel', ['email', 'slack'])
    .whereNotNull('notificationId')
    .whereNull('sentAt')
    .whereNull('closedAt')
    .where('dueAt', '>', asOf)
    .orderBy('dueAt')
    .limit(1);
  return next?.dueAt ?? null;
}

async function withoutAccess(tx: Tx, found: readonly OpenDelivery[]): Promise<readonly OpenDelivery[]> {
  const shared = found.filter(({ notification }) => notification.event === 'element.shared');
  const lost: OpenDelivery[] = [];
  for (const shareId of new Set(shared.map(({ delivery }) => delivery.causeId ?? ''))) {
    const ofShare = shared.filter(({ delivery }) => delivery.causeId === shareId);
    const userIds = ofShare.map(({ notification }) => notification.userId);
    const still = new Set((await shareAudience(tx, shareId, { userIds })).map(({ userId }) => userId));
    lost.push(...ofShare.filter(({ notification }) => !still.has(notification.userId)));
  }
  return lost;
}
