import type { Context, SlackViewMiddlewareArgs, ViewSubmitAction } from '@slack/bolt';
import { readModalPlace, REASON_BLOCK, REASON_INPUT } from '../../cards/control-ids';
import { noticeModal } from '../../cards/deny-modal';
import { decideFromSlack, unknownOutcome, type Said } from '../../deciding';
import type { BotDeps } from '../../deps';
import { notePrivately } from '../../private-note';
import { NO_LONGER_AVAILABLE } from '../../refusals';
import { inboxKeyOf } from '../inbox-key';

/** Slack waits three seconds for the answer to a submission; past this the modal says that it is being recorded. */
const ANSWER_WITHIN_MS = 2_000;

/** The reason came: decides, and answers in the modal. What takes longer is said in it later. */
export function denySubmit(deps: BotDeps) {
  return async (args: SlackViewMiddlewareArgs<ViewSubmitAction> & { context: Context }): Promise<void> => {
    const { ack, body, view, context } = args;
    const place = readModalPlace(view.private_metadata);
    if (place === null) {
      await ack({ response_action: 'update', view: noticeModal(NO_LONGER_AVAILABLE) });
      return;
    }
    const reason = view.state.values[REASON_BLOCK]?.[REASON_INPUT]?.value ?? null;
    const slackTeamId = view.app_installed_team_id ?? body.team?.id ?? body.user.team_id ?? '';
    const person = { slackTeamId, slackUserId: body.user.id, userTeamId: body.user.team_id ?? slackTeamId };
    const note = { responseUrl: null, slackTeamId, channel: place.channel, slackUserId: body.user.id };
    const { approvalId, revision } = place;
    const decision = {
      approvalId,
      revision,
      person,
      inboxKey: inboxKeyOf(context),
      verdict: 'deny',
      reason,
    } as const;
    const deciding = decideFromSlack(deps, decision);
    const soon = await Promise.race([deciding.catch(whatIsKnown), late()]);
    if (soon !== null) {
      await answer(args, soon);
      // What failed is not done: the inbox keeps it, and a sweep puts the same attempt again.
      await deciding;
      return;
    }
    await ack({
      response_action: 'update',
      view: noticeModal('Your decision is being recorded. The card shows it when it is.'),
    });
    const { text } = await deciding;
    if (text !== null) await notePrivately(deps, note, text);
  };
}

async function answer(
  { ack }: SlackViewMiddlewareArgs<ViewSubmitAction>,
  { outcome, text }: Said,
): Promise<void> {
  if (text === null) await ack();
  else if (outcome === 'reason_required')
    await ack({ response_action: 'errors', errors: { [REASON_BLOCK]: text } });
  else await ack({ response_action: 'update', view: noticeModal(text) });
}

function whatIsKnown(error: unknown): Said {
  const text = unknownOutcome(error);
  if (text === null) throw error;
  return { outcome: null, text };
}

function late(): Promise<null> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(null), ANSWER_WITHIN_MS).unref();
  });
}
