import type { Context } from '@slack/bolt';
import type { BotDeps } from '../../deps';

/**
 * The app was removed from a workspace, or its token taken back; both events come, in any order. Nothing more is sent
 * there, and the queue goes on without it (SLACK-3).
 */
export function shutOut({ slack }: BotDeps) {
  return async ({ context }: { readonly context: Context }): Promise<void> => {
    if (context.teamId !== undefined) await slack.shutOut(context.teamId);
  };
}
