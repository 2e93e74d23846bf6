import { v7 as uuid } from 'uuid';
import { digestDueAt, digestTitle, takesJoins } from '../../domain/guest-digest';
import type { Tx } from '../../store/database';
import { GuestDigest, Notification, TeamSlack, User, type Element } from '../../store/models';
import { closeDigests, digestReaders, digestTitleNow } from '../../store/queries/guest-digests';
import { preferencesOf } from '../../store/queries/notices';
import { writeNotices } from './write-notices';

/** Somebody who joins a collection as guest. */
export interface GuestJoin {
  readonly teamId: string;
  readonly element: Pick<Element, 'id' | 'name'>;
  readonly userId: string;
  readonly asOf: Date;
  readonly publicUrl: string;
}

/**
 * Adds somebody who joins to the digest of each of those who look after the collection, and begins one where none is open
 * (SLACK-5): in the app it stands at once and grows; Slack and mail have it when it is due. The team's row is locked, and they have
 * their role. The roles are what it counts, so that it costs the same whether ten join or ten thousand.
 * @returns whether one began
 */
export async function gatherJoin(tx: Tx, join: GuestJoin): Promise<boolean> {
  const { teamId, element, userId, asOf } = join;
  const readers = (await digestReaders(tx, teamId, element.id)).filter((id) => id !== userId);
  const open = await GuestDigest.query(tx)
    .where({ elementId: element.id })
    .whereIn('userId', readers)
    .whereNull('closedAt')
    .orderBy('notificationId')
    .forNoKeyUpdate();
  const over = open.filter((digest) => !takesJoins(digest, asOf));
  await closeDigests(
    tx,
    over.map(({ notificationId }) => notificationId),
    asOf,
  );
  const growing = open.filter((digest) => !over.includes(digest));
  for (const digest of growing) await grow(tx, digest, join);
  const others = new Set(readers);
  for (const digest of growing) others.delete(digest.userId);
  if (others.size > 0) await begin(tx, [...others], join);
  return others.size > 0;
}

async function grow(tx: Tx, digest: GuestDigest, { element, asOf }: GuestJoin): Promise<void> {
  // Who asked first may have waited longer for the team's row.
  const beganAt = asOf < digest.beganAt ? asOf : digest.beganAt;
  if (beganAt !== digest.beganAt) await digest.$query(tx).patch({ beganAt });
  const { elementId, dueAt } = digest;
  const title = await digestTitleNow(tx, { elementId, beganAt, dueAt }, element.name);
  if (title === null) throw new RangeError('whoever joins has their role before they are told of');
  await Notification.query(tx).findById(digest.notificationId).patch({ title, readAt: null });
}

async function begin(tx: Tx, readers: readonly string[], join: GuestJoin): Promise<void> {
  const { teamId, element, userId, asOf, publicUrl } = join;
  const digests = readers.map((readerId) => ({ readerId, key: `joined:${uuid()}` }));
  const slack = await TeamSlack.query(tx).findById(teamId);
  const { name } = await User.query(tx).findById(userId).throwIfNotFound();
  const title = digestTitle(element.name, [name], 1);
  await writeNotices(
    tx,
    digests.map(({ readerId, key }) => ({
      ...{ key, userId: readerId, teamId, topic: 'digest', event: 'guests.joined', causeId: element.id },
      ...{ title, body: '', url: new URL(`/e/${element.id}`, publicUrl).href },
    })),
    {
      ...{ asOf, ways: slack === undefined ? ['email'] : ['email', 'slack'] },
      dueAt: (quietHours) => digestDueAt(quietHours, asOf),
    },
  );
  const notices = await Notification.query(tx).whereIn(
    'dedupeKey',
    digests.map(({ key }) => key),
  );
  const wanted = await preferencesOf(tx, readers);
  await GuestDigest.query(tx).insert(
    notices.map((notice) => ({
      ...{ notificationId: notice.id, teamId, elementId: element.id, userId: notice.userId },
      beganAt: asOf,
      dueAt: digestDueAt(wanted(notice.userId).quietHours, asOf),
    })),
  );
}
