import type { Context } from '@slack/bolt';
import { decideFromSlack, unknownOutcome } from '../../deciding';
import type { BotDeps } from '../../deps';
import { notePrivately } from '../../private-note';
import { NO_LONGER_AVAILABLE } from '../../refusals';
import { takenIn } from '../../taken-in';
import { clickOf, type ButtonArgs } from '../click';
import { settleClickedCopy } from '../clicked-copy';

/** Approve: acknowledged at once, then decided. The request's run draws the cards; only a refusal is said here. */
export function approve(deps: BotDeps) {
  return async ({ ack, context, ...args }: ButtonArgs & { context: Context }): Promise<void> => {
    await ack();
    const click = clickOf(args);
    const { pressed, person, place } = click;
    if (pressed === null) {
      await notePrivately(deps, place, NO_LONGER_AVAILABLE);
      return;
    }
    const callback = takenIn(context);
    try {
      const decision = {
        ...pressed,
        person,
        inboxKey: callback.key,
        verdict: 'approve',
        reason: null,
      } as const;
      const { text } = await decideFromSlack(deps, decision);
      if (text !== null) await notePrivately(deps, place, text);
      await settleClickedCopy(deps, click);
    } catch (error) {
      const text = unknownOutcome(error, callback);
      if (text !== null) await notePrivately(deps, place, text);
      // Not done: the inbox keeps the click, and a sweep puts the same attempt again.
      throw error;
    }
  };
}
