import type { MessageBlock } from './blocks/block-schemas';
import type { ViewInput } from './blocks/view-schema';

/** Any JSON object whose fields nobody has looked at yet. */
export type Fields = Record<string, unknown>;

/** The one app that all workspaces have installed, as a developer would see it on Slack's settings pages. */
export interface AppSettings {
  appId: string;
  signingSecret: string;
  /** The deprecated `token` that Slack still sends in every payload. */
  verificationToken: string;
  /** Where the app receives events, interactions and commands; null: nowhere yet. */
  eventsUrl: string | null;
  /** The workspace that exists from the first start on. */
  defaultTeamId: string;
}

/** A workspace (`T…`) with the app's bot in it. */
export interface Workspace {
  id: string;
  name: string;
  domain: string;
  botToken: string;
  botUserId: string;
  botId: string;
  scopes: string[];
  /** `revoked` answers `token_revoked`, `uninstalled` answers `account_inactive`. */
  tokenState: 'active' | 'revoked' | 'uninstalled';
}

/** A person or bot (`U…`); ids are unique within a workspace only. */
export interface User {
  id: string;
  teamId: string;
  /** Differs from `teamId` for somebody who is here through Slack Connect. */
  homeTeamId: string;
  name: string;
  realName: string;
  email: string | null;
  deleted: boolean;
  isBot: boolean;
  timeZone: string;
}

/** A channel (`C…`), direct message (`D…`) or group direct message (`C…`, kind `mpim`). */
export interface Channel {
  id: string;
  teamId: string;
  kind: 'channel' | 'im' | 'mpim';
  name: string;
  isPrivate: boolean;
  isArchived: boolean;
  members: string[];
  creator: string;
  /** Seconds since 1970. */
  created: number;
}

/** What an app may hang on a message for itself. */
export interface Metadata {
  event_type: string;
  event_payload: Fields;
}

/** A message; its `ts` is its id within the channel. */
export interface Message {
  teamId: string;
  channel: string;
  ts: string;
  user: string;
  text: string;
  blocks: MessageBlock[];
  attachments?: Fields[];
  metadata?: Metadata;
  threadTs?: string;
  /** A reply that is shown in the channel too. */
  broadcast?: boolean;
  edited?: { user: string; ts: string };
  /** Only this user sees it, and no Web API method finds it. */
  ephemeralTo?: string;
  /** Made through a response_url, so that chat.update refuses it. */
  viaResponseUrl?: boolean;
  /** Deleted, but its thread still hangs on it. */
  tombstone?: boolean;
}

/** The value of one input or stateful element, as Slack reports it in `state.values`. */
export type StateValue = Fields & { type: string };
/** `state.values`: block_id → action_id → value. */
export type StateValues = Record<string, Record<string, StateValue>>;

/** An open modal or a published App Home (`V…`). */
export interface View {
  id: string;
  teamId: string;
  userId: string;
  content: ViewInput;
  hash: string;
  rootId: string;
  previousId: string | null;
  values: StateValues;
  /** Field errors that the app answered last, by block_id. */
  errors: Record<string, string>;
}

/** A minted response_url. */
export interface ResponseUrl {
  id: string;
  teamId: string;
  channel: string;
  userId: string;
  /** The message the click came from; null for a slash command. */
  messageTs: string | null;
  threadTs: string | null;
  uses: number;
  /** Milliseconds since 1970, stand-in clock. */
  createdAt: number;
}
