import type { Context } from '@slack/bolt';
import { decideFromSlack, unknownOutcome } from '../../deciding';
import type { BotDeps } from '../../deps';
import { notePrivately } from '../../private-note';
import { NO_LONGER_AVAILABLE } from '../../refusals';
import { inboxKeyOf } from '../inbox-key';
import { clickOf, type ButtonArgs } from '../click';

/** Approve: acknowledged at once, then decided. The request's run draws the cards; only a refusal is said here. */
export function approve(deps: BotDeps) {
  return async ({ ack, context, ...args }: ButtonArgs & { context: Context }): Promise<void> => {
    await ack();
    const { pressed, person, place } = clickOf(args);
    if (pressed === null) {
      await notePrivately(deps, place, NO_LONGER_AVAILABLE);
      return;
    }
    const decision = {
      ...pressed,
      person,
      inboxKey: inboxKeyOf(context),
      verdict: 'approve',
      reason: null,
    } as const;
    try {
      const { text } = await decideFromSlack(deps, decision);
      if (text !== null) await notePrivately(deps, place, text);
    } catch (error) {
      const text = unknownOutcome(error);
      if (text !== null) await notePrivately(deps, place, text);
      // Not done: the inbox keeps the click, and a sweep puts the same attempt again.
      throw error;
    }
  };
}
