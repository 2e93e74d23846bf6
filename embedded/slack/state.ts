import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from './clock';
import { newId, newSecret } from './ids';
import { Journal } from './journal';
import type { Changes } from './changes';
import type { AppSettings, Channel, Message, ResponseUrl, User, View, Workspace } from './types';

const SETTINGS = 'app';

/** Everything the stand-in knows and keeps over a restart. */
export class SlackState {
  private readonly journal: Journal;
  private readonly settings;
  readonly workspaces;
  readonly users;
  readonly channels;
  readonly messages;
  readonly views;
  readonly responseUrls;

  /**
   * @param home - folder for the journal; made when missing.
   * @param clock - gives `ts` and instants.
   */
  constructor(
    home: string,
    readonly clock: Clock,
    readonly changes: Changes,
  ) {
    mkdirSync(home, { recursive: true });
    this.journal = new Journal(join(home, 'slack.jsonl'));
    this.settings = this.journal.table<AppSettings>('settings');
    this.workspaces = this.journal.table<Workspace>('workspaces');
    this.users = this.journal.table<User>('users');
    this.channels = this.journal.table<Channel>('channels');
    this.messages = this.journal.table<Message>('messages');
    this.views = this.journal.table<View>('views');
    this.responseUrls = this.journal.table<ResponseUrl>('responseUrls');
    this.journal.open();
    for (const { ts } of this.messages.all()) clock.after(ts);
  }

  /** The app's settings; made at first start. */
  get app(): AppSettings {
    return (
      this.settings.get(SETTINGS) ??
      this.settings.put(SETTINGS, {
        appId: newId('A'),
        signingSecret: newSecret(),
        verificationToken: newSecret(),
        eventsUrl: null,
        defaultTeamId: newId('T'),
      })
    );
  }

  setEventsUrl(eventsUrl: string | null): void {
    this.settings.put(SETTINGS, { ...this.app, eventsUrl });
  }

  user(teamId: string, userId: string): User | undefined {
    return this.users.get(key(teamId, userId));
  }

  usersOf(teamId: string): User[] {
    return this.users.all().filter((user) => user.teamId === teamId);
  }

  putUser(user: User): User {
    this.changes.tell();
    return this.users.put(key(user.teamId, user.id), user);
  }

  channel(teamId: string, channelId: string): Channel | undefined {
    return this.channels.get(key(teamId, channelId));
  }

  channelsOf(teamId: string): Channel[] {
    return this.channels.all().filter((channel) => channel.teamId === teamId);
  }

  putChannel(channel: Channel): Channel {
    this.changes.tell();
    return this.channels.put(key(channel.teamId, channel.id), channel);
  }

  message(teamId: string, channelId: string, ts: string): Message | undefined {
    return this.messages.get(key(teamId, channelId, ts));
  }

  /** All messages of a channel, threads and private notes included, oldest first. */
  messagesOf(teamId: string, channelId: string): Message[] {
    return this.messages
      .all()
      .filter((message) => message.teamId === teamId && message.channel === channelId)
      .sort((a, b) => (a.ts < b.ts ? -1 : 1));
  }

  putMessage(message: Message): Message {
    this.changes.tell();
    return this.messages.put(key(message.teamId, message.channel, message.ts), message);
  }

  deleteMessage(message: Message): void {
    this.changes.tell();
    this.messages.delete(key(message.teamId, message.channel, message.ts));
  }

  /** A user's views in one team: App Home and open modals, bottom of the stack first. */
  viewsOf(teamId: string, userId: string): View[] {
    return this.views.all().filter((view) => view.teamId === teamId && view.userId === userId);
  }

  putView(view: View): View {
    this.changes.tell();
    return this.views.put(key(view.teamId, view.id), view);
  }

  view(teamId: string, viewId: string): View | undefined {
    return this.views.get(key(teamId, viewId));
  }

  deleteView(view: View): void {
    this.changes.tell();
    this.views.delete(key(view.teamId, view.id));
  }

  /** Forgets everything but the app's settings. */
  clear(): void {
    for (const table of [
      this.workspaces,
      this.users,
      this.channels,
      this.messages,
      this.views,
      this.responseUrls,
    ])
      table.clear();
    this.changes.tell();
  }
}

// No id holds a slash, so that a joined key is unique.
const key = (...parts: string[]): string => parts.join('/');
