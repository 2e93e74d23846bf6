import type { types } from '@slack/bolt';
import { sentencesOf } from '../../domain/asking';
import { riskNotes } from '../../domain/weighing';
import type { Audience, CardView } from './card-view';
import { ACTIONS, actionsBlockId, buttonValueOf } from './control-ids';
import {
  button,
  claim,
  context,
  facts,
  header,
  openLink,
  openUrl,
  outcome,
  reason,
  section,
  standing,
  stateWord,
  type Drawn,
} from './parts';
import { notification, oneLine, plain } from './text';

/** The card that asks approvers, in the channel and in each one's messages; once settled it says how, without buttons. */
export function approvalCard(
  view: CardView,
  audience: Exclude<Audience, { kind: 'requester' }>,
  publicUrl: string,
): Drawn {
  const { question, wish, matter } = sentencesOf(view);
  if (view.state !== 'pending') {
    const title = `${stateWord(view)}: ${oneLine(matter(view))}`;
    return {
      text: notification(title),
      blocks: [header(title), facts(view), ...reason(view), ...outcome(view), openLink(publicUrl, view.id)],
    };
  }
  const isFresh = audience.kind === 'approver' && audience.isFresh === true;
  const afresh = isFresh ? 'Waiting for too long: ' : '';
  return {
    text: notification(`${afresh}${wish(view)}. Approve or deny?`),
    blocks: [
      header(oneLine(isFresh ? `${afresh}${lowerFirst(question(view))}` : question(view))),
      facts(view),
      ...reason(view),
      ...riskNotes(view).map((note) => section(plain(`⚠ ${oneLine(note)}`))),
      standing(view),
      ...claim(view),
      ...controls(view, audience, publicUrl),
    ],
  };
}

function lowerFirst(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}

function controls(view: CardView, audience: Audience, publicUrl: string): types.KnownBlock[] {
  const { id, revision } = view;
  const own = audience.kind === 'approver' ? audience.userId : null;
  const hasApproved = view.approvals.given.some(({ userId, onBehalfOf }) =>
    [userId, onBehalfOf?.userId].includes(own ?? ''),
  );
  // The card of somebody who was asked and is not any more: it follows, and offers nothing.
  if (own !== null && !hasApproved && !view.approvers.some(({ userId }) => userId === own)) {
    return [context(plain('This does not wait for you any more.')), openLink(publicUrl, id)];
  }
  const value = buttonValueOf({ approvalId: id, revision });
  const approve: types.Button[] = [
    { ...button('Approve', ACTIONS.approve), value, style: 'primary' },
    ...(sentencesOf(view).takesLowerRole
      ? [{ ...button('Approve With Changes', ACTIONS.approveWithChanges), value }]
      : []),
  ];
  const actions: types.ActionsBlock = {
    type: 'actions',
    block_id: actionsBlockId(id, revision),
    elements: [
      // Who has approved waits for the others, and may still deny (INVITE-6).
      ...(hasApproved ? [] : approve),
      { ...button('Deny', ACTIONS.deny), value },
      // Whoever is on it sees that on the card.
      ...(own !== null && view.claimedBy?.userId === own
        ? []
        : [{ ...button('I’m on it', ACTIONS.claim), value }]),
      { ...button('Open', ACTIONS.open), url: openUrl(publicUrl, id) },
    ],
  };
  return hasApproved ? [context(plain('Your approval is recorded.')), actions] : [actions];
}
