import type { types } from '@slack/bolt';
import type { Verdict } from '../../../domain/approval';
import { beforeDeciding, type Decidable } from '../../before-deciding';
import type { ModalPlace } from '../../cards/control-ids';
import type { BotDeps } from '../../deps';
import { notePrivately } from '../../private-note';
import { NO_LONGER_AVAILABLE, NOT_INSTALLED } from '../../refusals';
import { slackFailure } from '../../web-client';
import { clickOf, type ButtonArgs } from '../click';
import { settleClickedCopy } from '../clicked-copy';

/** A button that opens a form for a decision. */
export interface Opening {
  readonly verdict: Verdict;
  /** The button's own words: what to click again when the form did not open. */
  readonly label: string;
  readonly form: (place: ModalPlace, decidable: Decidable) => types.ModalView;
}

/** Opens a form (SLACK-4). The trigger lives three seconds, so only our own rows come before it. */
export function opensForm(deps: BotDeps, { verdict, label, form }: Opening) {
  return async ({ ack, body, action }: ButtonArgs): Promise<void> => {
    await ack();
    const click = clickOf({ body, action });
    const { pressed, person, place } = click;
    const say = (text: string) => notePrivately(deps, place, text);
    if (pressed === null) {
      await say(NO_LONGER_AVAILABLE);
      return;
    }
    const before = await beforeDeciding(deps, pressed, person, verdict);
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
    const view = form({ ...pressed, channel: place.channel }, before);
    try {
      await client.views.open({ trigger_id: body.trigger_id, view });
    } catch (error) {
      // Nothing was decided, and a trigger works once, for three seconds: trying again is the person's.
      deps.log.warn({ failure: slackFailure(error) }, 'the form for a decision could not be opened');
      await say(`The form could not be opened in time. Click ${label} again.`);
    }
  };
}
