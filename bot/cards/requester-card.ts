import type { types } from '@slack/bolt';
import { sentencesOf } from '../../domain/asking';
import type { CardView } from './card-view';
import { ACTIONS, actionsBlockId, buttonValueOf } from './control-ids';
import {
  button,
  claim,
  context,
  facts,
  header,
  openLink,
  outcome,
  reason,
  section,
  standing,
  stateWord,
  type Drawn,
} from './parts';
import { cut, notification, oneLine, plain } from './text';

/** The requester's own card: where it stands, who is being asked and until when (INVITE-8). */
export function requesterCard(view: CardView, readerId: string, publicUrl: string): Drawn {
  const title = oneLine(sentencesOf(view).yours(view, readerId));
  const word = stateWord(view).toLowerCase();
  return {
    text: notification(`${title}: ${word}`),
    blocks: [
      header(`${title}: ${word}`),
      facts(view),
      ...(view.state === 'pending' ? [...waiting(view), controls(view)] : outcome(view)),
      openLink(publicUrl, view.id),
    ],
  };
}

function waiting(view: CardView): types.KnownBlock[] {
  const names = view.approvers.map(({ name }) => oneLine(name)).join(', ');
  const words =
    names === '' ? 'Nobody in the team could decide on this. Ask its Admins.' : `Asked to decide: ${names}`;
  const given =
    view.approvals.given.length > 0 ? [context(plain('Approved so far, and waits for more.'))] : [];
  return [...reason(view), section(plain(cut(words, 2_900))), ...given, standing(view), ...claim(view)];
}

function controls({ id, revision }: CardView): types.ActionsBlock {
  const value = buttonValueOf({ approvalId: id, revision });
  return {
    type: 'actions',
    block_id: actionsBlockId(id, revision),
    elements: [
      { ...button('Nudge', ACTIONS.nudge), value },
      {
        ...button('Withdraw', ACTIONS.withdraw),
        value,
        confirm: {
          title: { type: 'plain_text', text: 'Withdraw the request?' },
          text: { type: 'plain_text', text: 'Nobody is asked any more, and nothing is granted.' },
          confirm: { type: 'plain_text', text: 'Withdraw' },
          deny: { type: 'plain_text', text: 'Keep it' },
        },
      },
    ],
  };
}
