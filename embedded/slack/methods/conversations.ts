import { activeUser, joinedChannel, visibleChannel } from '../access';
import { ApiError } from '../api-error';
import type { Args } from '../args';
import { page } from '../paging';
import { channelJson, messageJson, parentJson } from '../presentation';
import { channelScope, requireScope } from '../scopes';
import type { Channel, Fields, Message } from '../types';
import { ensureDirect } from '../workspaces';
import type { Call, Methods } from './method';

function open({ state, workspace, args }: Call): Fields {
  const byId = args.optional('channel');
  const ids = args.list('users');
  if (byId === undefined && ids.length === 0) throw new ApiError('users_list_not_supplied');
  // Slack's group messages hold nine people, the caller included.
  if (ids.length > 8) throw new ApiError('too_many_users');
  const users = ids.map((id) => activeUser(state, workspace, id));
  if (users.some(({ isBot }) => isBot)) throw new ApiError('cannot_dm_bot');
  if (ids.length > 1) requireScope(workspace, 'mpim:write');
  const channel =
    byId === undefined ? ensureDirect(state, workspace, ids) : visibleChannel(state, workspace, byId);
  if (channel.kind === 'channel') throw new ApiError('method_not_supported_for_channel_type');
  return { channel: args.flag('return_im') ? channelJson(channel, workspace.botUserId) : { id: channel.id } };
}

const TYPES: Record<string, (channel: Channel) => boolean> = {
  public_channel: (channel) => !channel.isPrivate,
  private_channel: (channel) => channel.kind === 'channel' && channel.isPrivate,
  im: (channel) => channel.kind === 'im',
  mpim: (channel) => channel.kind === 'mpim',
};
const TYPE_SCOPES: Record<string, string> = {
  public_channel: 'channels:read',
  private_channel: 'groups:read',
  im: 'im:read',
  mpim: 'mpim:read',
};

function list({ state, workspace, args }: Call): Fields {
  const types = args.has('types') ? args.list('types') : ['public_channel'];
  const matches = types.map((type) => {
    const match = TYPES[type];
    if (match === undefined) throw new ApiError('invalid_types');
    requireScope(workspace, TYPE_SCOPES[type] ?? '');
    return match;
  });
  const channels = state
    .channelsOf(workspace.id)
    .filter((channel) => matches.some((match) => match(channel)))
    .filter((channel) => !channel.isPrivate || channel.members.includes(workspace.botUserId))
    .filter((channel) => !(args.flag('exclude_archived') && channel.isArchived));
  const { items, nextCursor } = page(channels, args, 100, 1000);
  return {
    channels: items.map((channel) => channelJson(channel, workspace.botUserId)),
    response_metadata: { next_cursor: nextCursor },
  };
}

function info({ state, workspace, args }: Call): Fields {
  const channel = visibleChannel(state, workspace, args.required('channel'));
  requireScope(workspace, channelScope(channel, 'read'));
  const members = args.flag('include_num_members') ? { num_members: channel.members.length } : {};
  return { channel: { ...channelJson(channel, workspace.botUserId), ...members } };
}

function members({ state, workspace, args }: Call): Fields {
  const channel = visibleChannel(state, workspace, args.required('channel'));
  requireScope(workspace, channelScope(channel, 'read'));
  const { items, nextCursor } = page(channel.members, args, 100, 1000);
  return { members: items, response_metadata: { next_cursor: nextCursor } };
}

function join({ state, workspace, args }: Call): Fields {
  const channel = visibleChannel(state, workspace, args.required('channel'));
  if (channel.isPrivate) throw new ApiError('method_not_supported_for_channel_type');
  if (channel.isArchived) throw new ApiError('is_archived');
  const { botUserId } = workspace;
  const already = channel.members.includes(botUserId);
  const joined = already
    ? channel
    : state.putChannel({ ...channel, members: [...channel.members, botUserId] });
  return {
    channel: channelJson(joined, botUserId),
    ...(already
      ? { warning: 'already_in_channel', response_metadata: { warnings: ['already_in_channel'] } }
      : {}),
  };
}

/** Keeps what lies between `oldest` and `latest`, the ends only with `inclusive`. */
function between(messages: Message[], args: Args): Message[] {
  const oldest = args.optional('oldest');
  const latest = args.optional('latest');
  for (const ts of [oldest, latest]) {
    if (ts !== undefined && !/^\d+(\.\d+)?$/.test(ts)) throw new ApiError('invalid_ts_oldest');
  }
  const inclusive = args.flag('inclusive');
  return messages.filter(({ ts }) => {
    const after =
      oldest === undefined || Number(ts) > Number(oldest) || (inclusive && Number(ts) === Number(oldest));
    const before =
      latest === undefined || Number(ts) < Number(latest) || (inclusive && Number(ts) === Number(latest));
    return after && before;
  });
}

function readable({ state, workspace, args }: Call): { channel: Channel; all: Message[] } {
  const channel = joinedChannel(state, workspace, args.required('channel'));
  requireScope(workspace, channelScope(channel, 'history'));
  const all = state
    .messagesOf(workspace.id, channel.id)
    .filter(({ ephemeralTo }) => ephemeralTo === undefined);
  return { channel, all };
}

function history(call: Call): Fields {
  const { state, args } = call;
  const { all } = readable(call);
  const topLevel = all.filter(({ threadTs, broadcast }) => threadTs === undefined || broadcast === true);
  const { items, nextCursor } = page(between(topLevel, args).reverse(), args, 100, 999);
  return {
    messages: items.map((message) =>
      parentJson(
        state,
        message,
        all.filter(({ threadTs }) => threadTs === message.ts),
        args.flag('include_all_metadata'),
      ),
    ),
    has_more: nextCursor !== '',
    response_metadata: { next_cursor: nextCursor },
  };
}

function replies(call: Call): Fields {
  const { state, args } = call;
  const { all } = readable(call);
  const ts = args.required('ts');
  const asked = all.find((message) => message.ts === ts);
  const parent = all.find((message) => message.ts === (asked?.threadTs ?? ts));
  if (parent === undefined) throw new ApiError('thread_not_found');
  const thread = all.filter(({ threadTs }) => threadTs === parent.ts);
  const withMetadata = args.flag('include_all_metadata');
  const { items, nextCursor } = page(between(thread, args), args, 1000, 1000);
  return {
    messages: [
      parentJson(state, parent, thread, withMetadata),
      ...items.map((it) => messageJson(state, it, withMetadata)),
    ],
    has_more: nextCursor !== '',
    response_metadata: { next_cursor: nextCursor },
  };
}

/** `conversations.*` */
export const conversationMethods: Methods = {
  'conversations.open': { scope: 'im:write', run: open },
  'conversations.list': { run: list },
  'conversations.info': { run: info },
  'conversations.members': { run: members },
  'conversations.join': { scope: 'channels:join', run: join },
  'conversations.history': { run: history },
  'conversations.replies': { run: replies },
};
