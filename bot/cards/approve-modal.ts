import type { types } from '@slack/bolt';
import { requesterNames, sentencesOf } from '../../domain/asking';
import type { ShareRole } from '../../domain/roles';
import {
  APPROVE_MODAL,
  modalPlaceOf,
  NOTE_BLOCK,
  NOTE_INPUT,
  ROLE_BLOCK,
  ROLE_INPUT,
  type ModalPlace,
} from './control-ids';
import type { ShownRequest } from './card-view';
import { context, section } from './parts';
import { cut, oneLine, plain } from './text';
import { ROLE } from './words';

/** What the form shows of the request that it is about. */
export type ChangedRequest = Pick<
  ShownRequest,
  'kind' | 'subject' | 'element' | 'requesters' | 'requestedRole' | 'teamRole'
>;

/**
 * Asks for the role to grant and a note (SLACK-4, INVITE-5).
 * @param grantable roles that this approver may grant, the highest first; of a single one there is nothing to choose
 */
export function approveModal(
  place: ModalPlace,
  request: ChangedRequest,
  grantable: readonly ShareRole[],
): types.ModalView {
  const { requestedRole } = request;
  const question = cut(oneLine(sentencesOf(request).question(request)), 1_000);
  const asked = `${cut(oneLine(requesterNames(request)), 1_000)} asked for ${ROLE[requestedRole]}.`;
  return {
    type: 'modal',
    callback_id: APPROVE_MODAL,
    private_metadata: modalPlaceOf(place),
    title: { type: 'plain_text', text: 'Approve with changes' },
    submit: { type: 'plain_text', text: 'Approve' },
    close: { type: 'plain_text', text: 'Back' },
    blocks: [
      section(plain(question)),
      context(plain(asked)),
      ...roleInput(request, grantable),
      {
        type: 'input',
        block_id: NOTE_BLOCK,
        optional: true,
        label: { type: 'plain_text', text: 'Note' },
        hint: { type: 'plain_text', text: 'Whoever asked will see this as you write it.' },
        element: { type: 'plain_text_input', action_id: NOTE_INPUT, multiline: true, max_length: 2_000 },
      },
    ],
  };
}

function roleInput(
  { requestedRole: requested, requesters }: ChangedRequest,
  grantable: readonly ShareRole[],
): types.KnownBlock[] {
  const isMixed = new Set(requesters.map(({ role }) => role)).size > 1;
  const options = grantable.map((role) => ({
    value: role,
    text: plain(role === requested ? `${ROLE[role]}, as asked` : ROLE[role]),
  }));
  const [first] = options;
  const [only = requested] = grantable;
  if (first === undefined || options.length === 1) return [context(plain(`Role: ${ROLE[only]}`))];
  return [
    {
      type: 'input',
      block_id: ROLE_BLOCK,
      label: { type: 'plain_text', text: 'Role' },
      ...(isMixed
        ? { hint: plain('Whatever was asked for with a lower role is granted with that one.') }
        : {}),
      element: { type: 'static_select', action_id: ROLE_INPUT, options, initial_option: first },
    },
  ];
}
