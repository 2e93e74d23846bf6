import { ApiError } from './api-error';
import type { SlackState } from './state';
import type { Channel, User, Workspace } from './types';

/**
 * The conversation an id names, as far as the bot may know of it: a private one that it is not in looks missing.
 * @throws ApiError `channel_not_found`; names and user ids are refused too.
 */
export function visibleChannel(state: SlackState, workspace: Workspace, channelId: string): Channel {
  const channel = state.channel(workspace.id, channelId);
  if (channel === undefined || (channel.isPrivate && !channel.members.includes(workspace.botUserId)))
    throw new ApiError('channel_not_found');
  return channel;
}

/** Like {@link visibleChannel}, and the bot is a member. @throws ApiError `not_in_channel` too. */
export function joinedChannel(state: SlackState, workspace: Workspace, channelId: string): Channel {
  const channel = visibleChannel(state, workspace, channelId);
  if (!channel.members.includes(workspace.botUserId)) throw new ApiError('not_in_channel');
  return channel;
}

/** Like {@link joinedChannel}, and not archived. @throws ApiError `is_archived` too. */
export function writableChannel(state: SlackState, workspace: Workspace, channelId: string): Channel {
  const channel = visibleChannel(state, workspace, channelId);
  if (channel.isArchived) throw new ApiError('is_archived');
  return joinedChannel(state, workspace, channelId);
}

/** @throws ApiError `user_not_found`. */
export function knownUser(state: SlackState, workspace: Workspace, userId: string): User {
  const user = state.user(workspace.id, userId);
  if (user === undefined) throw new ApiError('user_not_found');
  return user;
}

/** @throws ApiError `user_disabled` for a deactivated one, `user_not_found`. */
export function activeUser(state: SlackState, workspace: Workspace, userId: string): User {
  const user = knownUser(state, workspace, userId);
  if (user.deleted) throw new ApiError('user_disabled');
  return user;
}
