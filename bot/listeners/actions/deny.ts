import { beforeDenying } from '../../before-denying';
import { denyModal } from '../../cards/deny-modal';
import type { BotDeps } from '../../deps';
import { notePrivately } from '../../private-note';
import { NO_LONGER_AVAILABLE, NOT_INSTALLED } from '../../refusals';
import { slackFailure } from '../../web-client';
import { clickOf, type ButtonArgs } from '../click';
import { settleClickedCopy } from '../clicked-copy';

/** Deny: opens the modal that asks for the reason. The trigger lives three seconds, so only our own rows come before it. */
export function deny(deps: BotDeps) {
  return async ({ ack, body, action }: ButtonArgs): Promise<void> => {
    await ack();
    const click = clickOf({ body, action });
    const { pressed, person, place } = click;
    const say = (text: string) => notePrivately(deps, place, text);
    if (pressed === null) {
      await say(NO_LONGER_AVAILABLE);
      return;
    }
    const before = await beforeDenying(deps, pressed, person);
    if ('text' in before) {
      await say(before.text);
      if (before.isOutdated) await deps.processes.requestChanged(pressed.approvalId);
      await settleClickedCopy(deps, click);
      return;
    }
    const client = await deps.slack.clientFor(place.slackTeamId);
    if (client === null) {
      await say(NOT_INSTALLED);
      return;
    }
    const view = denyModal({ ...pressed, channel: place.channel }, before.isReasonRequired);
    try {
      await client.views.open({ trigger_id: body.trigger_id, view });
    } catch (error) {
      // Nothing was decided, and a trigger works once, for three seconds: trying again is the person's.
      deps.log.warn({ failure: slackFailure(error) }, 'the form for a denial could not be opened');
      await say('The form could not be opened in time. Click Deny again.');
    }
  };
}
