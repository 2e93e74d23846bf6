import { keyWarning } from '../bot/cards/key-card';
import { noticeMessage, shareAnnouncement } from '../bot/cards/notice';
import type { Drawn } from '../bot/cards/parts';
import { slackFailure } from '../bot/web-client';
import { Share, TeamSlack, ShareRecipient, User, type Notification } from '../store/models';
import { findElement } from '../store/queries/access';
import { closeDeliveries, openDeliveries, type OpenDelivery } from '../store/queries/open-deliveries';
import type { ShareInput } from '../workflows/contracts/share';
import type { CardDependencies } from './cards';
import { retryableFailure } from './cards/failures';
import { openDirectMessage } from './cards/people';
import { sayDelivery, sayOnce } from './cards/post';
import { inLanes } from './lanes';
import type { Delivered, DeliverNotices } from './notices';

/** Some seconds' worth of messages, so that a history shows them moving. */
const MESSAGES = 50;
/** Each goes to a conversation of its own, where Slack takes one a second; above a few at once it asks for pauses. */
const LANES = 3;

/** Activities on Slack's queue that bring notices. */
export function slackNoticeActivities({ store, slack, publicUrl }: CardDependencies) {
  /** The team's workspace with a client for it; null where the team has no Slack, or the app is not there. */
  const door = async (teamId: string) => {
    const settings = await store.inTeam(teamId, (tx) => TeamSlack.query(tx).findById(teamId));
    if (settings === undefined) return null;
    const client = await slack.clientFor(settings.slackTeamId);
    return client === null ? null : { client, settings };
  };
  const failed = async (failures: readonly unknown[], slackTeamId: string): Promise<never> => {
    if (failures.some((one) => slackFailure(one).kind === 'shut_out')) await slack.shutOut(slackTeamId);
    throw retryableFailure(failures);
  };

  return {
    /**
     * Sends what is due as direct messages, each once (SHARE-3, SHARE-9). Whom Slack does not know is passed over. Where Slack
     * asks for a pause, the rest waits for it.
     * @throws {ApplicationFailure} retryable while Slack is dark, not retryable when it shut the app out
     */
    async sendDirectNotices({ teamId, shareId, asOf }: DeliverNotices): Promise<Delivered> {
      const due = { teamId, shareId, channel: 'slack', asOf: new Date(asOf) } as const;
      const { open, isMore } = await store.inTeam(teamId, (tx) => openDeliveries(tx, due, MESSAGES));
      const close = (gone: readonly OpenDelivery[]) =>
        store.inTeam(teamId, (tx) =>
          closeDeliveries(
            tx,
            gone.map(({ delivery }) => delivery.id),
            due.asOf,
          ),
        );
      if (open.length === 0) return { done: 0, isMore };
      const to = await door(teamId);
      if (to === null) {
        await close(open);
        return { done: 0, isMore };
      }
      const failures: unknown[] = [];
      await inLanes(open, LANES, async (one) => {
        // What failed would fail again now, or be asked to wait as well.
        if (failures.length > 0) return;
        try {
          const { userId } = one.notification;
          const channel = await openDirectMessage(store, to.client, to.settings.slackTeamId, userId);
          if (channel === null) await close([one]);
          else await sayDelivery(store, to.client, one.delivery, { channel }, drawnOf(one.notification));
        } catch (error) {
          if (slackFailure(error).kind === 'refused') await close([one]);
          else failures.push(error);
        }
      });
      if (failures.length > 0) await failed(failures, to.settings.slackTeamId);
      return { done: open.length, isMore };
    },

    /**
     * Announces a share in the team's channel, once, where the team wants that and the whole team may know of the element
     * (SHARE-3): its name, and nothing of what people wrote to each other.
     * @returns whether it stands there
     */
    async announceShare({ shareId, teamId }: ShareInput): Promise<boolean> {
      const to = await door(teamId);
      if (to?.settings.announceChannel == null) return false;
      const said = await store.inTeam(teamId, async (tx) => {
        const share = await Share.query(tx).findById(shareId).throwIfNotFound();
        const placed = await findElement(tx, share.elementId);
        const isOpen = placed?.workspace.visibility === 'team' || placed?.workspace.visibility === 'public';
        const reached = await ShareRecipient.query(tx).where({ shareId, outcome: 'shared' }).limit(1);
        if (placed === null || !isOpen || reached.length === 0) return null;
        const sharer = share.sharerId === null ? undefined : await User.query(tx).findById(share.sharerId);
        return shareAnnouncement({
          sharerName: sharer?.name ?? 'A service of the team',
          elementName: placed.element.name,
          elementType: placed.element.type,
          url: new URL(`/e/${placed.element.id}`, publicUrl).href,
        });
      });
      if (said === null) return false;
      const channel = to.settings.announceChannel;
      try {
        await sayOnce(store, to.client, {
          ...{ key: `slack:announce:${shareId}`, teamId, drawn: said },
          place: { channel },
        });
      } catch (error) {
        // An archived channel, or one that the app is not in: people are told by themselves, too.
        if (slackFailure(error).kind === 'refused') return false;
        return failed([error], to.settings.slackTeamId);
      }
      return true;
    },
  };
}

function drawnOf({ event, keyId, title, body, url }: Notification): Drawn {
  const notice = { title, body, url };
  // What came to its end has nothing to be done about.
  return event === 'key.ending' && keyId !== null ? keyWarning({ ...notice, keyId }) : noticeMessage(notice);
}
