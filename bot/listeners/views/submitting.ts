import type { Context, SlackViewMiddlewareArgs, ViewSubmitAction } from '@slack/bolt';
import type { DecisionOutcome, Verdict } from '../../../domain/approval';
import { readModalPlace } from '../../cards/control-ids';
import { noticeModal } from '../../cards/deny-modal';
import { decideFromSlack, unknownOutcome, type Said, type SlackDecision } from '../../deciding';
import type { BotDeps } from '../../deps';
import { notePrivately, type NotePlace } from '../../private-note';
import { NO_LONGER_AVAILABLE } from '../../refusals';
import { takenIn } from '../../taken-in';

/** Slack waits three seconds for the answer to a submission; past this the modal says that it is being recorded. */
const ANSWER_WITHIN_MS = 2_000;

type Submitted = SlackViewMiddlewareArgs<ViewSubmitAction>;

/** What somebody filled in, by block and input. */
export type Filled = ViewSubmitAction['view']['state']['values'];

/** A form for a decision. */
export interface Form {
  readonly verdict: Verdict;
  readonly read: (filled: Filled) => Pick<SlackDecision, 'reason' | 'grantRole'>;
  /** Refusals after which it makes sense to go on in the same form, and the block that they are shown at. */
  readonly correctable: Partial<Record<DecisionOutcome, string>>;
  /** Said in the modal when a decision that took long counts. */
  readonly done: string;
}

/** A form came back: decides, and answers in the modal (SLACK-4). What takes longer is said in it later. */
export function whenSubmitted(deps: BotDeps, form: Form) {
  return async (args: Submitted & { context: Context }): Promise<void> => {
    const { ack, body, view, context } = args;
    const place = readModalPlace(view.private_metadata);
    if (place === null) {
      await ack({ response_action: 'update', view: noticeModal(NO_LONGER_AVAILABLE) });
      return;
    }
    const slackTeamId = view.app_installed_team_id ?? body.team?.id ?? body.user.team_id ?? '';
    const person = { slackTeamId, slackUserId: body.user.id, userTeamId: body.user.team_id ?? slackTeamId };
    const note = { responseUrl: null, slackTeamId, channel: place.channel, slackUserId: body.user.id };
    const { approvalId, revision } = place;
    const callback = takenIn(context);
    const deciding = decideFromSlack(deps, {
      ...{ approvalId, revision, person, verdict: form.verdict },
      ...form.read(view.state.values),
      inboxKey: callback.key,
    });
    const known = deciding.catch((error: unknown): Said => {
      const text = unknownOutcome(error, callback);
      // Said already: only the outcome is news.
      if (text === null) throw error;
      return { outcome: null, text };
    });
    const soon = callback.isRepeat ? null : await Promise.race([known, late()]);
    if (soon === null) {
      await ack({
        response_action: 'update',
        view: noticeModal('Your decision is being recorded. The card shows it when it is.'),
      });
      const { text } = await known;
      await sayLater(deps, { viewId: view.id, slackTeamId }, note, { text, done: form.done });
    } else {
      await answer(args, form, soon);
    }
    // What failed is not done: the inbox keeps it, and a sweep puts the same attempt again.
    await deciding;
  };
}

/** The outcome of a decision that took long: in the modal while it is open, else privately where it matters. */
async function sayLater(
  deps: BotDeps,
  { viewId, slackTeamId }: { readonly viewId: string; readonly slackTeamId: string },
  note: NotePlace,
  { text, done }: { readonly text: string | null; readonly done: string },
): Promise<void> {
  const client = await deps.slack.clientFor(slackTeamId);
  const isShown = await client?.views.update({ view_id: viewId, view: noticeModal(text ?? done) }).then(
    () => true,
    () => false,
  );
  if (isShown !== true && text !== null) await notePrivately(deps, note, text);
}

async function answer({ ack }: Submitted, { correctable }: Form, { outcome, text }: Said): Promise<void> {
  const block = outcome === null ? undefined : correctable[outcome];
  if (text === null) await ack();
  else if (block === undefined) await ack({ response_action: 'update', view: noticeModal(text) });
  else await ack({ response_action: 'errors', errors: { [block]: text } });
}

function late(): Promise<null> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(null), ANSWER_WITHIN_MS).unref();
  });
}
