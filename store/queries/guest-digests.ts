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

/** What a digest of guests who joined says; of as many as it names it reads the names. */
export async function titleOf(tx: Tx, collection: string, joined: readonly string[]): Promise<string> {
  const first = joined.slice(0, DIGEST_NAMES);
  const people = await User.query(tx).findByIds(first);
  const names = new Map(people.map(({ id, name }) => [id, name]));
  return digestTitle(
    collection,
    first.map((id) => names.get(id) ?? ''),
    joined.length,
  );
}

/**
 * Closes digests, so that whoever joins from here on begins another, and has them say who is in at this instant: guests who
 * left before are not told of. One without any left, or whose reader has lost the say over the collection, goes to nobody.
 * @returns whether any of the notices is a digest: another may have closed it, and its deliveries, while this waited
 */
export async function closeDigests(tx: Tx, notificationIds: readonly string[], asOf: Date): Promise<boolean> {
  const digests = await GuestDigest.query(tx)
    .findByIds([...notificationIds])
    .orderBy('notificationId')
    .forNoKeyUpdate();
  const open = digests.filter(({ closedAt }) => closedAt === null);
  const joined = open.flatMap((digest) => digest.joined);
  for (const elementId of new Set(open.map((digest) => digest.elementId))) {
    const { teamId, name } = await Element.query(tx).findById(elementId).throwIfNotFound();
    const readers = teamId === null ? [] : await digestReaders(tx, teamId, elementId);
    const held = await ElementRoleRow.query(tx).where({ elementId }).whereIn('userId', joined);
    const isIn = new Set(held.map(({ userId }) => userId));
    for (const digest of open.filter((one) => one.elementId === elementId)) {
      const still = readers.includes(digest.userId) ? digest.joined.filter((id) => isIn.has(id)) : [];
      await digest.$query(tx).patch({ closedAt: asOf });
      await settleNotice(tx, digest, name, still, asOf);
    }
  }
  return digests.length > 0;
}

async function settleNotice(
  tx: Tx,
  { notificationId, joined }: GuestDigest,
  collection: string,
  still: readonly string[],
  asOf: Date,
): Promise<void> {
  if (still.length === joined.length) return;
  const notice = Notification.query(tx).findById(notificationId);
  if (still.length > 0) {
    await notice.patch({ title: await titleOf(tx, collection, still) });
    return;
  }
  await notice.patch({ inApp: false });
  await Delivery.query(tx).where({ notificationId }).whereNull('sentAt').patch({ closedAt: asOf });
}
