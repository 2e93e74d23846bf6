import type { Context } from '@slack/bolt';
import type { Cause } from '../../domain/actor';
import { unknownOutcome } from '../deciding';
import type { BotDeps } from '../deps';
import { notePrivately } from '../private-note';
import { NO_LONGER_AVAILABLE } from '../refusals';
import { takenIn } from '../taken-in';
import { targetOf } from '../target';
import type { Pressed } from '../cards/control-ids';
import type { SlackPerson } from '../identity';
import { clickOf, type ButtonArgs } from './click';
import { settleClickedCopy } from './clicked-copy';

/** A click on a button of a card of ours. */
export interface Press extends Pressed {
  readonly person: SlackPerson;
  readonly inboxKey: string;
}

/** A click by somebody whom we know, on a request that is there. */
export interface PressedOn {
  readonly cause: Cause;
  readonly userId: string;
  readonly approvalId: string;
  readonly teamId: string;
  readonly inboxKey: string;
}

/**
 * A button of a card: acknowledged at once, then done. The request's run draws the cards; only what `act` answers is said
 * here, privately.
 * @param act what the button does; its words for whoever clicked, or null
 */
export function whenPressed(deps: BotDeps, act: (press: Press) => Promise<string | null>) {
  return async ({ ack, context, ...args }: ButtonArgs & { context: Context }): Promise<void> => {
    await ack();
    const click = clickOf(args);
    const { pressed, person, place } = click;
    const callback = takenIn(context);
    const text = async (): Promise<string | null> => {
      if (pressed === null) return NO_LONGER_AVAILABLE;
      return act({ ...pressed, person, inboxKey: callback.key });
    };
    try {
      const said = await text();
      if (said !== null) await notePrivately(deps, place, said);
      await settleClickedCopy(deps, click);
    } catch (error) {
      const said = unknownOutcome(error, callback);
      if (said !== null) await notePrivately(deps, place, said);
      // Not done: the inbox keeps the click, and a sweep puts it again.
      throw error;
    }
  };
}

/** The same, where the click is by somebody whom we know and on a request that is there; others are told why not. */
export function whenPressedOn(deps: BotDeps, act: (on: PressedOn) => Promise<string | null>) {
  return whenPressed(deps, async ({ approvalId, person, inboxKey }) => {
    const target = await targetOf(deps, approvalId, person);
    if ('text' in target) return target.text;
    const { teamId, userId } = target;
    const asOf = deps.store.clock.now();
    const cause = { actor: { type: 'person', userId }, source: 'slack', requestId: null, asOf } as const;
    return act({ cause, userId, approvalId, teamId, inboxKey });
  });
}
