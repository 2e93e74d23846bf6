import { z } from 'zod';
import type { SlackPerson } from './identity';

/** What a person wrote in a thread. */
export interface ThreadReply {
  readonly person: SlackPerson;
  readonly channel: string;
  readonly ts: string;
  /** The message that the thread hangs on. */
  readonly threadTs: string;
  /** As Slack has it: with escapes, mentions and links of its own. */
  readonly text: string;
}

/** Messages of people in threads: plain ones, ones that were sent to the channel too, and ones with a file. */
const message = z.object({
  type: z.literal('message'),
  subtype: z.enum(['thread_broadcast', 'file_share']).optional(),
  user: z.string().min(1),
  channel: z.string().min(1),
  ts: z.string().min(1),
  thread_ts: z.string().min(1),
  text: z.string().refine((text) => text.trim() !== ''),
  // What apps post, this one above all, is no comment: else each would be answered with the next.
  bot_id: z.undefined().optional(),
  app_id: z.undefined().optional(),
  user_team: z.string().optional(),
  team: z.string().optional(),
});
const envelope = z.object({ type: z.literal('event_callback'), team_id: z.string(), event: message });

/** Reads an event; null for all that is no message of a person in a thread: edits, joins, what apps say. */
export function readThreadReply(body: unknown): ThreadReply | null {
  const read = envelope.safeParse(body);
  if (!read.success) return null;
  const { team_id: slackTeamId, event } = read.data;
  const { user: slackUserId, channel, ts, thread_ts: threadTs, text } = event;
  if (ts === threadTs) return null;
  const userTeamId = event.user_team ?? event.team ?? slackTeamId;
  return { person: { slackTeamId, slackUserId, userTeamId }, channel, ts, threadTs, text };
}

/** Whether a callback is a message that nobody here waits for: such talk is not kept, not even in the inbox. */
export function isIdleTalk(body: Readonly<Record<string, unknown>>): boolean {
  const event: unknown = body['event'];
  const isMessage =
    typeof event === 'object' && event !== null && 'type' in event && event.type === 'message';
  return isMessage && readThreadReply(body) === null;
}
