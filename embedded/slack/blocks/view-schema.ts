import { z } from 'zod';
import { homeBlocks, modalBlocks } from './block-schemas';
import { id, plainText } from './text-schemas';

const shared = {
  // A sender's empty strings mean "none", and Slack takes them.
  private_metadata: z.string().max(3000).optional(),
  callback_id: z.string().max(255).optional(),
  external_id: id.or(z.literal('')).optional(),
};

const modal = z
  .strictObject({
    type: z.literal('modal'),
    title: plainText(24),
    submit: plainText(24).optional(),
    close: plainText(24).optional(),
    blocks: modalBlocks,
    clear_on_close: z.boolean().optional(),
    notify_on_close: z.boolean().optional(),
    ...shared,
  })
  .refine((it) => it.submit !== undefined || !it.blocks.some(({ type }) => type === 'input'), {
    message: 'missing required field: submit',
  });
const home = z.strictObject({ type: z.literal('home'), blocks: homeBlocks, ...shared });

/** A view as an app sends it. */
export const viewSchema = z.discriminatedUnion('type', [modal, home]);
export type ViewInput = z.output<typeof viewSchema>;
export type ModalInput = z.output<typeof modal>;
