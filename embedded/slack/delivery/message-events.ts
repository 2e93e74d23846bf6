import { messageJson } from '../presentation';
import type { SlackState } from '../state';
import type { Fields, Message } from '../types';
import type { EventSender } from './events';

/**
 * Tells the app of a message that was written, by a person or by the app itself, as Slack does: where the app subscribed
 * to messages of such conversations, may read them, and is in this one.
 */
export async function tellOfMessage(state: SlackState, events: EventSender, message: Message): Promise<void> {
  const { teamId, channel: channelId, user: userId, threadTs } = message;
  const workspace = state.workspaces.get(teamId);
  const channel = state.channel(teamId, channelId);
  if (workspace === undefined || channel === undefined || !channel.members.includes(workspace.botUserId))
    return;
  const kind = channel.kind === 'im' ? 'im' : channel.isPrivate ? 'groups' : 'channels';
  if (!events.subscribed.has(`message.${kind}`) || !workspace.scopes.includes(`${kind}:history`)) return;
  const homeTeam = state.user(teamId, userId)?.homeTeamId ?? teamId;
  const parent = threadTs === undefined ? undefined : state.message(teamId, channelId, threadTs);
  await events.send(teamId, {
    ...(messageJson(state, message) as Fields & { type: string }),
    team: homeTeam,
    ...(homeTeam === teamId ? {} : { user_team: homeTeam, source_team: homeTeam }),
    ...(parent === undefined ? {} : { parent_user_id: parent.user }),
    channel: channelId,
    channel_type: kind === 'im' ? 'im' : kind === 'groups' ? 'group' : 'channel',
  });
}
