import { DIGEST_NAMES, digestTitle } from '../../domain/guest-digest';
import type { Tx } from '../database';
import { Delivery, Element, ElementRoleRow, GuestDigest, Notification, User } from '../models';
import { workspaceAdminsOver } from './guests';

/** Who is told that guests joined a collection: its Editors and its workspace's Admins by name, own or through a group (SLACK-5). */
export async function digestReaders(tx: Tx, teamId: string, elementId: string): Promise<readonly string[]> {
  const { rows } = await tx.raw<{ rows: readonly { user_id: string }[] }>(
    `select distinct m.user_id from element_roles r
     left join group_members g on g.group_id = r.group_id
     join members m on m.team_id = r.team_id and m.user_id = coalesce(r.user_id, g.user_id)
     where r.team_id = ? and r.element_id = ? and r.role = 'editor'`,
    [teamId, elementId],
  );
  const admins = await workspaceAdminsOver(tx, teamId, [elementId]);
  return [...new Set([...rows.map((row) => row.user_id), ...admins])];
}

/**
 * What a digest says of those who are in: guests who left meanwhile are not told of, and whoever left and is back is one.
 * @returns null where none is left
 */
export async function digestTitleNow(
  tx: Tx,
  { elementId, beganAt, dueAt }: Pick<GuestDigest, 'elementId' | 'beganAt' | 'dueAt'>,
  collection: string,
): Promise<string | null> {
  const joined = ElementRoleRow.query(tx)
    .where({ elementId, role: 'guest_viewer' })
    .where('createdAt', '>=', beganAt)
    .where('createdAt', '<', dueAt);
  const total = await joined.clone().resultSize();
  if (total === 0) return null;
  const first = await joined.orderBy(['createdAt', 'userId']).limit(DIGEST_NAMES);
  const people = await User.query(tx).findByIds(first.flatMap(({ userId }) => userId ?? []));
  const names = new Map(people.map(({ id, name }) => [id, name]));
  return digestTitle(
    collection,
    first.map(({ userId }) => names.get(userId ?? '') ?? ''),
    total,
  );
}

/**
 * Closes digests, so that whoever joins from here on begins another, and has them say who is in at this instant. One without any
 * left, or whose reader has lost the say over the collection, goes to nobody.
 * @returns whether any of the notices is a digest: another may have closed it, and its deliveries, while this waited
 */
export async function closeDigests(tx: Tx, notificationIds: readonly string[], asOf: Date): Promise<boolean> {
  const digests = await GuestDigest.query(tx)
    .findByIds([...notificationIds])
    .orderBy('notificationId')
    .forNoKeyUpdate();
  const open = digests.filter(({ closedAt }) => closedAt === null);
  for (const elementId of new Set(open.map((digest) => digest.elementId))) {
    const { teamId, name } = await Element.query(tx).findById(elementId).throwIfNotFound();
    const readers = teamId === null ? [] : await digestReaders(tx, teamId, elementId);
    for (const digest of open.filter((one) => one.elementId === elementId)) {
      const title = readers.includes(digest.userId) ? await digestTitleNow(tx, digest, name) : null;
      await digest.$query(tx).patch({ closedAt: asOf });
      await settleNotice(tx, digest, title, asOf);
    }
  }
  return digests.length > 0;
}

async function settleNotice(
  tx: Tx,
  { notificationId }: GuestDigest,
  title: string | null,
  asOf: Date,
): Promise<void> {
  const notice = Notification.query(tx).findById(notificationId);
  if (title !== null) {
    await notice.patch({ title });
    return;
  }
  await notice.patch({ inApp: false });
  await Delivery.query(tx).where({ notificationId }).whereNull('sentAt').patch({ closedAt: asOf });
}
