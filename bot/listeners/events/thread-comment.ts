import { v5 as nameBased } from 'uuid';
import { besideDeciding } from '../../../operations/beside-deciding';
import type { Store } from '../../../store/database';
import { SlackIdentity, SlackMessage, User } from '../../../store/models';
import type { BotDeps } from '../../deps';
import { mentionedIn, plainWords } from '../../plain-words';
import { noteOnce, notePrivately } from '../../private-note';
import { readThreadReply, type ThreadReply } from '../../thread-reply';
import { targetOf } from '../../target';

/** Makes ids of timeline lines out of messages: one that is told of again, by whatever event, makes no second line. */
const COMMENTS = '0d9a1f6e-2c1b-4a8e-9a43-7f6a5f0c2b11';
/** As long as a comment may be anywhere. */
const LONGEST = 2_000;

const STAYS = 'What you wrote stays in Slack alone.';
const REFUSED = {
  forbidden: `Only whoever asked, or somebody who could decide, comments on a request. ${STAYS}`,
  settled: `The request is settled and takes no more comments. ${STAYS}`,
  tooLong: `A comment has at most ${LONGEST} characters. ${STAYS}`,
} as const;

/**
 * What somebody answers in the thread of a request's card is a comment on the request (INVITE-8): it stands wherever the
 * request is shown. Who may not comment, or comes when the request is settled, is told so, privately, in the thread, once: people
 * go on talking there.
 */
export function threadComment(deps: BotDeps) {
  return async ({ body }: { readonly body: unknown }): Promise<void> => {
    const reply = readThreadReply(body);
    const card = reply === null ? undefined : await cardAt(deps.store, reply);
    if (reply === null || card === undefined) return;
    const said = await comment(deps, reply, card);
    if (said === null) return;
    const { person, channel, threadTs } = reply;
    const { slackTeamId, slackUserId } = person;
    const place = { responseUrl: null, slackTeamId, channel, slackUserId, threadTs };
    // Each message that is too long is one that its writer may want to shorten.
    if (said === REFUSED.tooLong) await notePrivately(deps, place, said);
    else await noteOnce(deps, place, said, card.teamId);
  };
}

/** The copy of a card that a thread hangs on. */
function cardAt(store: Store, { person, channel, threadTs }: ThreadReply): Promise<SlackMessage | undefined> {
  const { slackTeamId } = person;
  return store.acrossTeams(async (tx) =>
    SlackMessage.query(tx).findOne({ slackTeamId, channel, ts: threadTs }),
  );
}

/** @returns what to say to whoever wrote, or null */
async function comment(
  deps: BotDeps,
  { person, channel, ts, text }: ThreadReply,
  { approvalId, audience }: SlackMessage,
): Promise<string | null> {
  const target = await targetOf(deps, approvalId, person);
  if ('text' in target) return target.text;
  const { teamId, userId } = target;
  const words = plainWords(text, await namesIn(deps, person.slackTeamId, text));
  if (words.length > LONGEST) return REFUSED.tooLong;
  const asOf = deps.store.clock.now();
  const cause = { actor: { type: 'person', userId }, source: 'slack', requestId: null, asOf } as const;
  const lineId = nameBased(`${person.slackTeamId}:${channel}:${ts}`, COMMENTS);
  const outcome = await besideDeciding(
    deps.store,
    cause,
    { approvalId, teamId, lineId },
    { act: 'comment', text: words, standsIn: { audience, channel } },
  );
  await deps.processes.requestChanged(approvalId);
  if (outcome.done) return null;
  return outcome.why === 'forbidden' ? REFUSED.forbidden : REFUSED.settled;
}

/** Names of who is mentioned: of their account here, else as Slack has it. */
async function namesIn(
  { store, slack }: BotDeps,
  slackTeamId: string,
  text: string,
): Promise<(slackUserId: string) => string> {
  const names = new Map<string, string>();
  for (const slackUserId of mentionedIn(text)) {
    const linked = await SlackIdentity.query(store.knex).findById([slackTeamId, slackUserId]);
    const account = linked === undefined ? undefined : await User.query(store.knex).findById(linked.userId);
    const inSlack = account === undefined ? await slackName(slack, slackTeamId, slackUserId) : undefined;
    names.set(slackUserId, account?.name ?? inSlack ?? 'somebody');
  }
  return (slackUserId) => names.get(slackUserId) ?? 'somebody';
}

async function slackName(
  slack: BotDeps['slack'],
  slackTeamId: string,
  user: string,
): Promise<string | undefined> {
  const client = await slack.clientFor(slackTeamId);
  // The comment counts without the name.
  const answer = await client?.users.info({ user }).catch(() => undefined);
  return answer?.user?.real_name;
}
