import type { types } from '@slack/bolt';
import { DENY_MODAL, modalPlaceOf, REASON_BLOCK, REASON_INPUT, type ModalPlace } from './control-ids';
import { markup } from './text';

/** Asks for the reason of a denial (SLACK-4, INVITE-5). */
export function denyModal(place: ModalPlace, isReasonRequired: boolean): types.ModalView {
  return {
    type: 'modal',
    callback_id: DENY_MODAL,
    private_metadata: modalPlaceOf(place),
    title: { type: 'plain_text', text: 'Deny the request' },
    submit: { type: 'plain_text', text: 'Deny' },
    close: { type: 'plain_text', text: 'Back' },
    blocks: [
      {
        type: 'input',
        block_id: REASON_BLOCK,
        optional: !isReasonRequired,
        label: { type: 'plain_text', text: 'Reason' },
        hint: { type: 'plain_text', text: 'Whoever asked will see this as you write it.' },
        element: { type: 'plain_text_input', action_id: REASON_INPUT, multiline: true, max_length: 2_000 },
      },
    ],
  };
}

/** A modal that only says something: our own words with Slack's markup, names in them escaped. */
export function noticeModal(text: string): types.ModalView {
  return {
    type: 'modal',
    callback_id: 'notice',
    title: { type: 'plain_text', text: 'Doorlist' },
    close: { type: 'plain_text', text: 'Close' },
    blocks: [{ type: 'section', text: markup(text) }],
  };
}
