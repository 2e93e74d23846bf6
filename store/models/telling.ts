import type { GivenPreferences, Topic } from '../../domain/notices';
import type { QuietHours } from '../../domain/quiet-hours';
import { Row } from './row';

/** An in-app notification. */
export class Notification extends Row {
  static override tableName = 'notifications';
  id!: string;
  userId!: string;
  teamId!: string | null;
  topic!: Topic;
  event!: string;
  dedupeKey!: string;
  title!: string;
  body!: string;
  url!: string;
  /** Whether the person wants to see it in the app; else it is the record of what went out on other ways. */
  inApp!: boolean;
  /** The one access key that it is about, or null. */
  keyId!: string | null;
  createdAt!: Date;
  readAt!: Date | null;
}

/** Who joined a collection as guest, gathered for one reader of it until it goes out. */
export class GuestDigest extends Row {
  static override tableName = 'guest_digests';
  static override idColumn = 'notificationId';
  notificationId!: string;
  teamId!: string;
  elementId!: string;
  /** Who is told. */
  userId!: string;
  /** It tells of those who joined from here on until it is due, and are in. */
  beganAt!: Date;
  /** From here on it goes out, and whoever joins begins another. */
  dueAt!: Date;
  closedAt!: Date | null;
  /** When the run that sends it was told that it is there; null: the starter does it. */
  runToldAt!: Date | null;
}

/** What a person wants to be told, and how; none: all of it, on all ways. */
export class NotificationPreferences extends Row {
  static override tableName = 'notification_preferences';
  static override idColumn = 'userId';
  static override jsonAttributes = ['topics', 'quietHours'];
  userId!: string;
  topics!: GivenPreferences['topics'];
  quietHours!: QuietHours | null;
  updatedAt!: Date;
}

/** One thing told to one address on one channel: the intent first, `sentAt` after the other side took it. */
export class Delivery extends Row {
  static override tableName = 'deliveries';
  id!: string;
  dedupeKey!: string;
  teamId!: string | null;
  channel!: 'email' | 'slack';
  createdAt!: Date;
  sentAt!: Date | null;
  /** Until when a process is at work on it; null: nobody is. */
  claimedUntil!: Date | null;
  /** The notice that it carries, and what caused that: a share, a request. Null for what is no notice. */
  notificationId!: string | null;
  causeId!: string | null;
  /** Not before this: the end of the person's quiet hours. */
  dueAt!: Date | null;
  /** When it was first tried: from then on it may be there already. */
  triedAt!: Date | null;
  /** When it was given up: the address refuses it, Slack does not know the person, or they have lost the access. */
  closedAt!: Date | null;
}

/** Where a team's cards go. */
export class TeamSlack extends Row {
  static override tableName = 'team_slack';
  static override idColumn = 'teamId';
  teamId!: string;
  slackTeamId!: string;
  approvalsChannel!: string;
  announceChannel!: string | null;
  decideByEmail!: boolean;
  updatedAt!: Date;
}

/** An installation of the app in a Slack workspace; the token is sealed. */
export class SlackInstallation extends Row {
  static override tableName = 'slack_installations';
  static override idColumn = 'slackTeamId';
  slackTeamId!: string;
  enterpriseId!: string | null;
  botTokenSealed!: Buffer;
  botUserId!: string | null;
  scopes!: string[];
  installedAt!: Date;
  revokedAt!: Date | null;
}

/** Which account a Slack user is (SLACK-8). */
export class SlackIdentity extends Row {
  static override tableName = 'slack_identities';
  static override idColumn = ['slackTeamId', 'slackUserId'];
  slackTeamId!: string;
  slackUserId!: string;
  userId!: string;
  method!: 'operator' | 'sign_in';
  linkedAt!: Date;
}

/** One copy of a request's card: `intended` before the post, `posted` with its `ts`, `gone` when Slack lost it. */
export class SlackMessage extends Row {
  static override tableName = 'slack_messages';
  id!: string;
  teamId!: string;
  approvalId!: string;
  audience!: 'channel' | 'approver' | 'requester';
  userId!: string | null;
  /** An approver's second card, which asks anew (INVITE-7). */
  fresh!: boolean;
  slackTeamId!: string;
  channel!: string;
  ts!: string | null;
  /** Hash of what stands there; null before the first drawing, and while it is not known what stands there. */
  drawn!: string | null;
  state!: 'intended' | 'posted' | 'gone';
  /** Until when a process is at work on it; null: nobody is. */
  claimedUntil!: Date | null;
  createdAt!: Date;
  updatedAt!: Date;
}

/** A verified callback of Slack, kept until it is done (SLACK-9). The body goes when it is. */
export class SlackInboxEntry extends Row {
  static override tableName = 'slack_inbox';
  static override idColumn = 'key';
  key!: string;
  kind!: string;
  body!: string | null;
  receivedAt!: Date;
  attempts!: number;
  /** When it is taken over, unless it is done by then. */
  nextTryAt!: Date;
  doneAt!: Date | null;
}
