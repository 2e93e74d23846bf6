import type { Store } from '../store/database';
import { Share, TeamSlack, User } from '../store/models';
import { findElement } from '../store/queries/access';
import { pageOf } from '../store/queries/page';
import { shareAudience } from '../store/queries/share-audience';
import { writeNotices } from './parts/write-notices';

/** One transaction's worth of people: some ten milliseconds, and four such for a group of a thousand. */
const PAGE = 250;

/** A page of a share's notices. */
export interface NoticesPage {
  readonly told: number;
  /** How many deliveries wait for the end of somebody's quiet hours. */
  readonly held: number;
  /** The person to go on after, or null at the end. */
  readonly next: string | null;
}

/**
 * Writes the notices of a share to a page of the people whom it reached (SHARE-3). The same page again changes nothing.
 * @param input.after the person to go on after; null begins
 */
export async function writeShareNotices(
  store: Store,
  input: {
    readonly shareId: string;
    readonly teamId: string;
    readonly after: string | null;
    readonly asOf: Date;
    readonly publicUrl: string;
  },
): Promise<NoticesPage> {
  const { shareId, teamId, after, asOf, publicUrl } = input;
  return store.inTeam(teamId, async (tx) => {
    const share = await Share.query(tx).findById(shareId).throwIfNotFound();
    const placed = await findElement(tx, share.elementId);
    if (placed === null) return { told: 0, held: 0, next: null };
    const { element } = placed;
    const type = element.type === 'api' ? 'API' : element.type;
    const sharer = share.sharerId === null ? undefined : await User.query(tx).findById(share.sharerId);
    const who = sharer?.name ?? 'A service of the team';
    const reached = await shareAudience(tx, shareId, { after, limit: PAGE + 1 });
    const page = pageOf(reached, PAGE, ({ userId }) => userId);
    const slack = await TeamSlack.query(tx).findById(teamId);
    const { held } = await writeNotices(
      tx,
      page.rows.map(({ userId, role }) => ({
        ...{ userId, teamId, topic: 'shares', event: 'element.shared', causeId: shareId },
        key: `share:${shareId}:${userId}`,
        title: `${who} shared the ${type} “${element.name}” with you as ${role}`,
        body: share.message ?? '',
        url: new URL(`/e/${element.id}`, publicUrl).href,
      })),
      { asOf, ways: slack === undefined ? ['email'] : ['email', 'slack'] },
    );
    return { told: page.rows.length, held, next: page.next };
  });
}
