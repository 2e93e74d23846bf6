import { z } from 'zod';
import { noticeMessage } from './notice';
import { button, context, section, type Drawn } from './parts';
import { markup, notification, oneLine, plain, when } from './text';

/** Buttons of a key's warning. */
export const KEY_ACTIONS = { keep: 'key.keep', revoke: 'key.revoke' } as const;

const value = z.object({ k: z.uuid() });

/** Reads which key a button is about; null for what no card of ours has. */
export function readKeyValue(text: string | undefined): string | null {
  try {
    const read = value.safeParse(JSON.parse(text ?? 'null'));
    return read.success ? read.data.k : null;
  } catch {
    return null;
  }
}

/** The warning that a key ends soon, with what to do about it (KEY-4). */
export function keyWarning(notice: {
  readonly title: string;
  readonly body: string;
  readonly url: string;
  readonly keyId: string;
}): Drawn {
  const { keyId, title, url } = notice;
  const carries = { value: JSON.stringify({ k: keyId }) };
  const { text } = noticeMessage(notice);
  return {
    text,
    blocks: [
      section(plain(`${oneLine(title)}.`)),
      section(plain(notice.body)),
      {
        type: 'actions',
        block_id: `key:${keyId}`,
        elements: [
          { ...button('Keep', KEY_ACTIONS.keep), ...carries, style: 'primary' },
          { ...button('Revoke', KEY_ACTIONS.revoke), ...carries, style: 'danger', confirm: CONFIRM },
        ],
      },
      context(markup(`<${url}|Open in Doorlist>`)),
    ],
  };
}

/** A warning after it was dealt with: what became of the key, and no buttons. */
export function keySettled(key: {
  readonly elementName: string;
  readonly tail: string;
  readonly state: 'active' | 'expired' | 'revoked';
  readonly end: Date;
  readonly url: string;
}): Drawn {
  const { elementName, tail, state, end, url } = key;
  const what = `The access key of “${oneLine(elementName)}” (…${tail})`;
  const became = { active: 'was kept', expired: 'ended', revoked: 'was revoked' }[state];
  return {
    text: notification(`${what} ${became}.`),
    blocks: [
      section(plain(`${what} ${became}.`)),
      context(
        markup(state === 'active' ? `Unless it is used, it ends ${when(end)}` : `Since ${when(end)}`),
        markup(`<${url}|Open in Doorlist>`),
      ),
    ],
  };
}

const CONFIRM = {
  title: { type: 'plain_text', text: 'Revoke the key?' },
  text: { type: 'plain_text', text: 'Whoever reads the collection with it is locked out at once, for good.' },
  confirm: { type: 'plain_text', text: 'Revoke' },
  deny: { type: 'plain_text', text: 'Back' },
  style: 'danger',
} as const;
