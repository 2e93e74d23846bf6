import type { BotDeps } from '../../deps';
import { notePrivately } from '../../private-note';
import { NO_LONGER_AVAILABLE } from '../../refusals';
import { clickOf, type ButtonArgs } from '../click';

/** Cards outlive our releases: a control that nobody answers any more says so. */
export function unknownAction(deps: BotDeps) {
  return async ({ ack, body, action }: ButtonArgs): Promise<void> => {
    await ack();
    await notePrivately(deps, clickOf({ body, action }).place, NO_LONGER_AVAILABLE);
  };
}
