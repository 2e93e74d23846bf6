import { newBotToken, newId } from './ids';
import type { SlackState } from './state';
import type { Channel, User, Workspace } from './types';

/** The scopes the bot has unless a workspace is made with others. */
export const DEFAULT_SCOPES = [
  'channels:history',
  'channels:join',
  'channels:read',
  'chat:write',
  'commands',
  'groups:history',
  'groups:read',
  'im:history',
  'im:read',
  'im:write',
  'links:read',
  'links:write',
  'users:read',
  'users:read.email',
];

/** What a new workspace may be told; everything else is made up. */
export interface NewWorkspace {
  name: string;
  domain: string;
  id?: string | undefined;
  botToken?: string | undefined;
  scopes?: string[] | undefined;
}

/**
 * Makes a workspace with the bot and `#general` in it, or finds the one of that domain.
 * @param input - name, domain and what else is fixed beforehand.
 */
export function ensureWorkspace(state: SlackState, input: NewWorkspace): Workspace {
  const found = state.workspaces.all().find(({ domain }) => domain === input.domain);
  if (found !== undefined) return found;
  const id = input.id ?? newId('T');
  const bot = ensureUser(state, {
    teamId: id,
    name: 'doorlist',
    realName: 'Doorlist',
    email: null,
    isBot: true,
  });
  const workspace = state.workspaces.put(id, {
    id,
    name: input.name,
    domain: input.domain,
    botToken: input.botToken ?? newBotToken(),
    botUserId: bot.id,
    botId: newId('B'),
    scopes: input.scopes ?? DEFAULT_SCOPES,
    tokenState: 'active',
  });
  ensureChannel(state, { teamId: id, name: 'general', creator: bot.id, members: [bot.id], isPrivate: false });
  return workspace;
}

/**
 * The workspace that exists from the first start on, so that an app can be configured before anything is seeded.
 * @param before - the same workspace before everything was forgotten, whose token goes on.
 */
export function ensureDefaultWorkspace(state: SlackState, before?: Workspace): Workspace {
  const id = state.app.defaultTeamId;
  const made = { id, name: 'Doorlist demo', domain: 'doorlist-demo', botToken: before?.botToken };
  return state.workspaces.get(id) ?? ensureWorkspace(state, made);
}

/** What a new user may be told. */
export interface NewUser {
  teamId: string;
  name: string;
  realName: string;
  email: string | null;
  id?: string | undefined;
  isBot?: boolean | undefined;
  homeTeamId?: string | undefined;
  timeZone?: string | undefined;
}

/** Makes a user, or finds the one of that e-mail address in the workspace. */
export function ensureUser(state: SlackState, input: NewUser): User {
  const found =
    input.email === null
      ? undefined
      : state.usersOf(input.teamId).find(({ email }) => email === input.email?.toLowerCase());
  if (found !== undefined) return found;
  const user: User = {
    id: input.id ?? newId('U'),
    teamId: input.teamId,
    homeTeamId: input.homeTeamId ?? input.teamId,
    name: input.name,
    realName: input.realName,
    email: input.email?.toLowerCase() ?? null,
    deleted: false,
    isBot: input.isBot ?? false,
    timeZone: input.timeZone ?? 'Europe/London',
  };
  const general = state.channelsOf(input.teamId).find(({ name }) => name === 'general');
  if (general !== undefined) state.putChannel({ ...general, members: [...general.members, user.id] });
  return state.putUser(user);
}

/** What a new channel may be told. */
export interface NewChannel {
  teamId: string;
  name: string;
  isPrivate: boolean;
  creator: string;
  members: string[];
}

/** Makes a channel, or finds the one of that name and lets the members in that it lacks. */
export function ensureChannel(state: SlackState, input: NewChannel): Channel {
  const found = state
    .channelsOf(input.teamId)
    .find(({ kind, name }) => kind === 'channel' && name === input.name);
  return state.putChannel(
    found === undefined
      ? {
          ...input,
          id: newId('C'),
          kind: 'channel',
          isArchived: false,
          members: [...new Set(input.members)],
          created: state.clock.seconds(),
        }
      : { ...found, members: [...new Set([...found.members, ...input.members])] },
  );
}

/** Finds or makes the direct conversation between exactly these people and the bot. */
export function ensureDirect(state: SlackState, workspace: Workspace, userIds: string[]): Channel {
  const members = [...new Set([workspace.botUserId, ...userIds])].sort();
  const kind = members.length > 2 ? 'mpim' : 'im';
  const found = state
    .channelsOf(workspace.id)
    .find((channel) => channel.kind === kind && channel.members.join() === members.join());
  return (
    found ??
    state.putChannel({
      id: newId(kind === 'im' ? 'D' : 'C'),
      teamId: workspace.id,
      kind,
      name: kind === 'im' ? 'directmessage' : `mpdm-${members.join('-').toLowerCase()}`,
      isPrivate: true,
      isArchived: false,
      members,
      creator: workspace.botUserId,
      created: state.clock.seconds(),
    })
  );
}
