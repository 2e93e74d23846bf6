import type { SlackState } from '../state';
import type { Channel, User } from '../types';
import { canSee } from '../delivery/payloads';

/** Who looks at the page, and where. */
export interface Viewpoint {
  state: SlackState;
  user: User;
}

/** The name a person is shown by. */
export function userName({ state, user }: Viewpoint, userId: string): string {
  return state.user(user.teamId, userId)?.realName ?? userId;
}

/** The name of a conversation from this person's side: the other one's name for a direct message. */
export function conversationName(viewpoint: Viewpoint, channel: Channel): string {
  if (channel.kind === 'channel') return channel.name;
  const others = channel.members.filter((member) => member !== viewpoint.user.id);
  return others.map((member) => userName(viewpoint, member)).join(', ');
}

/** The conversations this person sees: channels by name, then direct messages by name. */
export function conversationsOf(viewpoint: Viewpoint): { channels: Channel[]; directs: Channel[] } {
  const { state, user } = viewpoint;
  const seen = state.channelsOf(user.teamId).filter((channel) => canSee(channel, user));
  const byName = (a: Channel, b: Channel): number =>
    conversationName(viewpoint, a).localeCompare(conversationName(viewpoint, b));
  return {
    channels: seen.filter(({ kind }) => kind === 'channel').sort(byName),
    directs: seen.filter(({ kind }) => kind !== 'channel').sort(byName),
  };
}
