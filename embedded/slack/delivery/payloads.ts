import { ApiError } from '../api-error';
import type { SlackState } from '../state';
import type { Channel, Fields, Message, User, View, Workspace } from '../types';

/** Someone who acts in a workspace. */
export interface Actor {
  workspace: Workspace;
  user: User;
}

/** Finds who acts. @throws ApiError `team_not_found`, `user_not_found`, `user_disabled`. */
export function actor(state: SlackState, team: string, userId: string): Actor {
  const workspace = state.workspaces.get(team);
  if (workspace === undefined) throw new ApiError('team_not_found');
  const user = state.user(team, userId);
  if (user === undefined) throw new ApiError('user_not_found');
  if (user.deleted) throw new ApiError('user_disabled');
  return { workspace, user };
}

/** Whether a person has a conversation before them: as a member, or because it is public to their workspace. */
export function canSee(channel: Channel, user: User): boolean {
  return channel.members.includes(user.id) || (!channel.isPrivate && user.homeTeamId === channel.teamId);
}

/** Finds a conversation that the person sees. @throws ApiError `channel_not_found`. */
export function channelBefore(state: SlackState, { workspace, user }: Actor, channelId: string): Channel {
  const channel = state.channel(workspace.id, channelId);
  if (channel === undefined || !canSee(channel, user)) throw new ApiError('channel_not_found');
  return channel;
}

/** Finds a message that the person sees. @throws ApiError `message_not_found`. */
export function messageBefore(state: SlackState, { user }: Actor, channel: Channel, ts: string): Message {
  const message = state.message(channel.teamId, channel.id, ts);
  if (message === undefined || (message.ephemeralTo !== undefined && message.ephemeralTo !== user.id))
    throw new ApiError('message_not_found');
  return message;
}

/** Finds a modal or App Home of the person. @throws ApiError `view_not_found`. */
export function viewBefore(state: SlackState, { workspace, user }: Actor, viewId: string): View {
  const view = state.view(workspace.id, viewId);
  if (view?.userId !== user.id) throw new ApiError('view_not_found');
  return view;
}

/** What every interaction payload has in common. `user.team_id` is the person's own team, `team` the installed one. */
export function interaction(state: SlackState, { workspace, user }: Actor, type: string): Fields {
  const { appId, verificationToken } = state.app;
  return {
    type,
    user: { id: user.id, username: user.name, name: user.name, team_id: user.homeTeamId },
    api_app_id: appId,
    token: verificationToken,
    team: { id: workspace.id, domain: workspace.domain },
    enterprise: null,
    is_enterprise_install: false,
  };
}

/** The name payloads give a conversation. */
export function channelName(channel: Channel): string {
  return channel.kind === 'im' ? 'directmessage' : channel.isPrivate ? 'privategroup' : channel.name;
}
