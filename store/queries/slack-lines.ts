import type { SlackMessage } from '../models';

/** Where a line of a request's timeline is said in Slack: by whose copy of the card, in which conversation. */
export type LinePlace = Pick<SlackMessage, 'audience' | 'channel'>;

/** What a line of a request's timeline is known by where it is said in Slack, once. */
export function slackLineKey(eventId: string, { audience, channel }: LinePlace): string {
  return `slack:${eventId}:${audience}:${channel}`;
}
