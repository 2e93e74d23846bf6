import type { BotDeps } from '../../deps';
import { denyModal } from '../../cards/deny-modal';
import { notePrivately } from '../../private-note';
import { NO_LONGER_AVAILABLE } from '../../refusals';
import { slackFailure } from '../../web-client';
import { clickOf, type ButtonArgs } from '../click';
import { isReasonRequired } from '../reason-rule';

/** Deny: opens the modal that asks for the reason. The trigger lives three seconds, so nothing comes before it. */
export function deny(deps: BotDeps) {
  return async ({ ack, body, action }: ButtonArgs): Promise<void> => {
    await ack();
    const { pressed, place } = clickOf({ body, action });
    if (pressed === null) {
      await notePrivately(deps, place, NO_LONGER_AVAILABLE);
      return;
    }
    const client = await deps.slack.clientFor(place.slackTeamId);
    const view = denyModal(
      { ...pressed, channel: place.channel },
      await isReasonRequired(deps, pressed.approvalId),
    );
    try {
      await client?.views.open({ trigger_id: body.trigger_id, view });
    } catch (error) {
      // A click that is worked off late finds its trigger over: nothing was decided, so the person clicks again.
      if (slackFailure(error).kind !== 'refused') throw error;
      await notePrivately(deps, place, 'The form could not be opened in time. Click Deny again.');
    }
  };
}
