import { guestCauseOf } from '../domain/access-change';
import type { Store, Tx } from '../store/database';
import { Element, GuestLossRow, OperationRow, Team, TeamSlack, User } from '../store/models';
import { pageOf } from '../store/queries/page';
import { lossTitle, summaryNames, summaryTitle, SUMMARY_NAMES } from './parts/loss-words';
import { writeNotices, type Notice } from './parts/write-notices';

/** One transaction's worth of people: some ten milliseconds. */
const PAGE = 250;

/** A page of an operation's notices. */
export interface LossNoticesPage {
  readonly told: number;
  /** How many deliveries wait for the end of somebody's quiet hours. */
  readonly held: number;
  /** The guest to go on after, or null at the end. */
  readonly next: string | null;
}

/**
 * Writes the notices of an operation that took something from guests: to a page of these what they lost and why, in the app and
 * by mail, and with the first page a summary to whoever did it and the Workspace Admins (GUEST-7, SLACK-5). The same page
 * again changes nothing.
 * @param input.after the guest to go on after; null begins
 */
export async function writeLossNotices(
  store: Store,
  input: {
    readonly operationId: string;
    readonly teamId: string;
    readonly after: string | null;
    readonly asOf: Date;
    readonly publicUrl: string;
  },
): Promise<LossNoticesPage> {
  const { operationId, teamId, after, asOf, publicUrl } = input;
  return store.inTeam(teamId, async (tx) => {
    const operation = await OperationRow.query(tx).findById(operationId).throwIfNotFound();
    const rows = await GuestLossRow.query(tx)
      .where({ operationId })
      .where((which) => (after === null ? void 0 : void which.where('userId', '>', after)))
      .orderBy('userId')
      .limit(PAGE + 1);
    const page = pageOf(rows, PAGE, ({ userId }) => userId);
    if (page.rows.length === 0) return { told: 0, held: 0, next: null };
    const { name: teamName } = await Team.query(tx).findById(teamId).throwIfNotFound();
    const common = { teamId, topic: 'guests', causeId: operationId, url: publicUrl } as const;
    const cause = guestCauseOf(operation.type);
    const names = await namesOf(tx, page.rows);
    const own = page.rows.map(({ userId, elementIds, leaves }): Notice => {
      const collections = elementIds.map((id) => names.get(id) ?? '').sort();
      return {
        ...{ ...common, userId, event: leaves ? 'guest.removed' : 'guest.lost_collection', body: '' },
        key: `loss:${operationId}:${userId}`,
        title: lossTitle({ teamName, collections, leaves, cause }),
      };
    });
    const slack = await TeamSlack.query(tx).findById(teamId);
    const summaries =
      after === null
        ? await summariesOf(tx, operation, { ...common, event: 'guests.removed' }, teamName)
        : [];
    // Guests are in no Slack of the team's.
    const toGuests = await writeNotices(tx, own, { asOf, ways: ['email'] });
    const toOthers = await writeNotices(tx, summaries, {
      asOf,
      ways: slack === undefined ? ['email'] : ['email', 'slack'],
    });
    return {
      ...{ told: own.length + summaries.length, held: toGuests.held + toOthers.held, next: page.next },
    };
  });
}

async function summariesOf(
  tx: Tx,
  operation: OperationRow,
  common: Omit<Notice, 'key' | 'userId' | 'title' | 'body'>,
  teamName: string,
): Promise<readonly Notice[]> {
  const { id: operationId, audience, type, total } = operation;
  const left = await GuestLossRow.query(tx).where({ operationId, leaves: true }).resultSize();
  const some = await User.query(tx)
    .whereIn('id', GuestLossRow.query(tx).where({ operationId }).select('userId'))
    .orderBy(['name', 'id'])
    .limit(SUMMARY_NAMES);
  const title = summaryTitle({ teamName, left, lost: total - left, cause: guestCauseOf(type) });
  const body = summaryNames(
    some.map(({ name }) => name),
    total,
  );
  return audience.map((userId) => ({
    ...{ ...common, userId, title, body },
    key: `losses:${operationId}:${userId}`,
  }));
}

async function namesOf(tx: Tx, rows: readonly GuestLossRow[]): Promise<ReadonlyMap<string, string>> {
  const ids = [...new Set(rows.flatMap(({ elementIds }) => elementIds))];
  const elements = await Element.query(tx).findByIds(ids).select('id', 'name');
  return new Map(elements.map(({ id, name }) => [id, name]));
}
