import { cancellationSignal } from '@temporalio/activity';
import { isRefusedForGood, isServerDown, MAIL_CONNECTIONS } from '../mail/mailer';
import type { Rendered } from '../mail/layout';
import { noticeMail } from '../mail/templates/notice';
import { writeShareNotices, type NoticesPage } from '../operations/write-share-notices';
import {
  closeDeliveries,
  nextHeldAt,
  openDeliveries,
  type OpenDelivery,
} from '../store/queries/open-deliveries';
import type { Notification } from '../store/models';
import { mailOnce } from './deliver';
import type { ActivityDependencies } from './dependencies';
import { inLanes } from './lanes';

/** The notices of one share, of one operation that took access away, or of a team's keys, by its id, that go out at once; without any, those of the team that were held and are due. */
export interface DeliverNotices {
  readonly teamId: string;
  readonly shareId: string | null;
  /** The workflow's clock, ms since the epoch. */
  readonly asOf: number;
}

/** A round of deliveries: how many were dealt with, and whether more are open. */
export interface Delivered {
  readonly done: number;
  readonly isMore: boolean;
}

/** Progress is in the rows after each mail; a round is a few seconds, so that a history shows it moving. */
const MAILS = 100;

/** Activities that write notices and mail them. */
export function noticeActivities(deps: ActivityDependencies) {
  const { store, processes, publicUrl } = deps;

  return {
    /** Writes a page of a share's notices; those that have to wait get a run that sends them (SHARE-3). */
    async writeNotices(page: {
      readonly shareId: string;
      readonly teamId: string;
      readonly after: string | null;
      readonly asOf: number;
    }): Promise<NoticesPage> {
      const written = await writeShareNotices(store, { ...page, asOf: new Date(page.asOf), publicUrl });
      if (written.held > 0) await processes.noticesHeld(page.teamId);
      return written;
    },

    /**
     * Mails what is due, several at a time, each once (SHARE-9). A mail that fails keeps nobody else from theirs; an
     * address that is refused for good is given up.
     * @throws the first error that may pass; the next try sends what is left
     */
    async mailNotices(due: DeliverNotices): Promise<Delivered> {
      const preferencesUrl = new URL('/notifications#preferences', publicUrl).href;
      return mailDue(deps, due, (notice) => noticeMail({ ...notice, preferencesUrl }));
    },

    /** When next a held notice of the team is due, ms since the epoch, or null where none is held. */
    async nextHeldNotice({ teamId, asOf }: Omit<DeliverNotices, 'shareId'>): Promise<number | null> {
      const next = await store.inTeam(teamId, (tx) => nextHeldAt(tx, teamId, new Date(asOf)));
      return next?.getTime() ?? null;
    },
  };
}

/**
 * Mails what is due, several at a time, each once (SHARE-9). A mail that fails keeps nobody else from theirs; an address that
 * is refused for good is given up.
 * @param compose the mail of a notice
 * @throws the first error that may pass; the next try sends what is left
 */
export async function mailDue(
  deps: ActivityDependencies,
  { teamId, shareId, asOf }: DeliverNotices,
  compose: (notice: Pick<Notification, 'title' | 'body' | 'url'>) => Rendered,
): Promise<Delivered> {
  const { store } = deps;
  const due = { teamId, shareId, channel: 'email', asOf: new Date(asOf) } as const;
  const { open, isMore } = await store.inTeam(teamId, (tx) => openDeliveries(tx, due, MAILS));
  const failures: unknown[] = [];
  const send = async ({ delivery, notification, email }: OpenDelivery): Promise<void> => {
    cancellationSignal().throwIfAborted();
    try {
      const { title, body, url } = notification;
      const mail = { to: email, ...compose({ title, body, url }) };
      await mailOnce(deps, { key: delivery.dedupeKey, teamId, compose: () => Promise.resolve(mail) });
    } catch (error) {
      if (isServerDown(error)) throw error;
      if (isRefusedForGood(error))
        await store.inTeam(teamId, (tx) => closeDeliveries(tx, [delivery.id], due.asOf));
      else failures.push(error);
    }
  };
  await inLanes(open, MAIL_CONNECTIONS, send);
  if (failures.length > 0) throw failures[0] as Error;
  return { done: open.length, isMore };
}
