import { v7 as uuid } from 'uuid';
import type { Topic } from '../../domain/notices';
import { quietUntil, type QuietHours } from '../../domain/quiet-hours';
import type { Tx } from '../../store/database';
import { Delivery, Notification } from '../../store/models';
import { preferencesOf } from '../../store/queries/notices';

/** Something to tell one person. */
export interface Notice {
  /** The same key is told once. */
  readonly key: string;
  readonly userId: string;
  readonly teamId: string;
  readonly topic: Topic;
  readonly event: string;
  /** The share or request that caused it; of access keys the team, whose keyring tells of them together. */
  readonly causeId: string;
  /** The one access key that it is about. */
  readonly keyId?: string;
  /** All of it in a line. */
  readonly title: string;
  /** Somebody's own words; empty where there are none. */
  readonly body: string;
  readonly url: string;
}

/** What became of notices: how many go out later, and whom each way reaches now. */
export interface Written {
  readonly held: number;
  /** Who is to be mailed now. */
  readonly mailable: ReadonlySet<string>;
}

/**
 * Writes notices, each with a delivery for every way that its person wants and that is open, for the end of their quiet
 * hours where these hold (SHARE-3, SLACK-5). What was written before stays as it is.
 * @param given.ways which of Slack and mail are open for these
 * @param given.dueAt when they go out to somebody with these quiet hours; null: at once, or at the end of those that hold
 */
export async function writeNotices(
  tx: Tx,
  notices: readonly Notice[],
  given: {
    readonly asOf: Date;
    readonly ways: readonly Delivery['channel'][];
    readonly dueAt?: (quietHours: QuietHours | null) => Date;
  },
): Promise<Written> {
  if (notices.length === 0) return { held: 0, mailable: new Set() };
  const { asOf, ways } = given;
  const wanted = await preferencesOf(
    tx,
    notices.map(({ userId }) => userId),
  );
  await Notification.query(tx)
    .insert(
      notices.map(({ key, causeId: _cause, ...notice }) => ({
        ...{ ...notice, id: uuid(), dedupeKey: key, createdAt: asOf },
        inApp: wanted(notice.userId).topics[notice.topic].inApp,
      })),
    )
    .onConflict('dedupe_key')
    .ignore();
  const rows = await Notification.query(tx).whereIn(
    'dedupeKey',
    notices.map(({ key }) => key),
  );
  const idOf = new Map(rows.map(({ id, dedupeKey }) => [dedupeKey, id]));
  const mailable = new Set<string>();
  let held = 0;
  const deliveries = notices.flatMap(({ key, userId, teamId, topic, causeId }) => {
    const { topics, quietHours } = wanted(userId);
    const quietEnd = quietHours === null ? null : quietUntil(quietHours, asOf);
    const dueAt = given.dueAt?.(quietHours) ?? quietEnd;
    const open = ways.filter((way) => topics[topic][way]);
    if (dueAt !== null) held += open.length;
    else if (open.includes('email')) mailable.add(userId);
    return open.map((channel) => ({
      id: uuid(),
      dedupeKey: channel === 'email' ? key : `${channel}:${key}`,
      ...{ teamId, channel, causeId, dueAt, createdAt: asOf, notificationId: idOf.get(key) ?? null },
    }));
  });
  if (deliveries.length > 0) await Delivery.query(tx).insert(deliveries).onConflict('dedupe_key').ignore();
  return { held, mailable };
}
