import type { SlackState } from './state';
import type { Channel, Fields, Message, User, View, Workspace } from './types';

/** A message as the Web API and interaction payloads show it. `metadata` only where it was asked for. */
export function messageJson(state: SlackState, message: Message, withMetadata = false): Fields {
  const workspace = state.workspaces.get(message.teamId);
  const byBot = workspace !== undefined && message.user === workspace.botUserId;
  return {
    type: 'message',
    ...(message.tombstone === true ? { subtype: 'tombstone', hidden: true } : {}),
    user: message.user,
    ...(byBot ? { bot_id: workspace.botId, app_id: state.app.appId } : {}),
    ts: message.ts,
    team: message.teamId,
    text: message.text,
    ...(message.blocks.length > 0 ? { blocks: message.blocks } : {}),
    ...(message.attachments === undefined ? {} : { attachments: message.attachments }),
    ...(message.threadTs === undefined ? {} : { thread_ts: message.threadTs }),
    ...(message.edited === undefined ? {} : { edited: message.edited }),
    ...(withMetadata && message.metadata !== undefined ? { metadata: message.metadata } : {}),
  };
}

/** A parent message with what Slack tells of its thread. */
export function parentJson(
  state: SlackState,
  message: Message,
  replies: Message[],
  withMetadata: boolean,
): Fields {
  const last = replies.at(-1);
  if (last === undefined) return messageJson(state, message, withMetadata);
  return {
    ...messageJson(state, message, withMetadata),
    thread_ts: message.ts,
    reply_count: replies.length,
    reply_users: [...new Set(replies.map(({ user }) => user))],
    latest_reply: last.ts,
  };
}

/** A conversation object. */
export function channelJson(channel: Channel, botUserId: string): Fields {
  const isMember = channel.members.includes(botUserId);
  const shared = {
    id: channel.id,
    created: channel.created,
    is_archived: channel.isArchived,
    context_team_id: channel.teamId,
  };
  if (channel.kind === 'im')
    return {
      ...shared,
      is_im: true,
      user: channel.members.find((member) => member !== botUserId) ?? botUserId,
    };
  return {
    ...shared,
    name: channel.name,
    name_normalized: channel.name,
    creator: channel.creator,
    is_channel: !channel.isPrivate,
    is_group: channel.isPrivate && channel.kind === 'channel',
    is_mpim: channel.kind === 'mpim',
    is_im: false,
    is_private: channel.isPrivate,
    is_general: channel.name === 'general',
    is_member: isMember,
    num_members: channel.members.length,
  };
}

/** A user object; the e-mail address only for an app with `users:read.email`. */
export function userJson(user: User, workspace: Workspace): Fields {
  const mayReadEmail = workspace.scopes.includes('users:read.email');
  return {
    id: user.id,
    team_id: user.homeTeamId,
    name: user.name,
    real_name: user.realName,
    deleted: user.deleted,
    is_bot: user.isBot,
    is_restricted: false,
    is_ultra_restricted: false,
    is_stranger: user.homeTeamId !== workspace.id,
    // Whoever joins a workspace has proved the address before.
    is_email_confirmed: user.email !== null,
    tz: user.timeZone,
    profile: {
      real_name: user.realName,
      display_name: user.name,
      team: user.homeTeamId,
      ...(mayReadEmail && user.email !== null ? { email: user.email } : {}),
    },
  };
}

/** A view object, with the values given so far. */
export function viewJson(state: SlackState, view: View): Fields {
  const { content } = view;
  const modal = content.type === 'modal' ? content : undefined;
  return {
    id: view.id,
    team_id: view.teamId,
    app_installed_team_id: view.teamId,
    type: content.type,
    title: modal?.title ?? { type: 'plain_text', text: 'View Title', emoji: true },
    submit: modal?.submit ?? null,
    close: modal?.close ?? null,
    blocks: content.blocks,
    private_metadata: content.private_metadata ?? '',
    callback_id: content.callback_id ?? '',
    external_id: content.external_id ?? '',
    state: { values: view.values },
    hash: view.hash,
    clear_on_close: modal?.clear_on_close ?? false,
    notify_on_close: modal?.notify_on_close ?? false,
    root_view_id: view.rootId,
    previous_view_id: view.previousId,
    app_id: state.app.appId,
    bot_id: state.workspaces.get(view.teamId)?.botId ?? '',
  };
}
