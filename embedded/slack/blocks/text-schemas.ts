import { z } from 'zod';

/** A required text of 1 to `max` characters. */
export const text = (max: number) => z.string().min(1).max(max);

/** A `plain_text` object; Slack refuses markup in titles, labels and buttons. */
export const plainText = (max: number) =>
  z.strictObject({ type: z.literal('plain_text'), text: text(max), emoji: z.boolean().optional() });

const mrkdwn = (max: number) =>
  z.strictObject({ type: z.literal('mrkdwn'), text: text(max), verbatim: z.boolean().optional() });

/** A text object of either kind. */
export const anyText = (max: number) => z.discriminatedUnion('type', [plainText(max), mrkdwn(max)]);

export type TextObject = z.output<ReturnType<typeof anyText>>;

/** An http(s) address of at most 3,000 characters. */
export const url = z
  .string()
  .max(3000)
  .refine((value) => /^(https?|mailto):/.test(value) && URL.canParse(value), {
    message: 'must be a valid URL',
  });

/** `block_id`, `action_id`, `callback_id` and `external_id`: 255 characters. */
export const id = text(255);

/** The dialog that asks before a click counts. */
export const confirmation = z.strictObject({
  title: plainText(100),
  text: anyText(300),
  confirm: plainText(30),
  deny: plainText(30),
  style: z.enum(['primary', 'danger']).optional(),
});

export type Confirmation = z.output<typeof confirmation>;
