import { z } from 'zod';
import { accessory, actionElement, image, inputElement, type Element } from './element-schemas';
import { anyText, id, plainText, text, url } from './text-schemas';

const base = { block_id: id.optional() };

const section = z
  .strictObject({
    type: z.literal('section'),
    ...base,
    text: anyText(3000).optional(),
    fields: z.array(anyText(2000)).min(1).max(10).optional(),
    accessory: accessory.optional(),
    expand: z.boolean().optional(),
  })
  .refine((it) => it.text !== undefined || it.fields !== undefined, { message: 'must have text or fields' });
const header = z.strictObject({ type: z.literal('header'), ...base, text: plainText(150) });
const divider = z.strictObject({ type: z.literal('divider'), ...base });
const context = z.strictObject({
  type: z.literal('context'),
  ...base,
  elements: z
    .array(z.discriminatedUnion('type', [...anyText(3000).options, image]))
    .min(1)
    .max(10),
});
const actions = z.strictObject({
  type: z.literal('actions'),
  ...base,
  elements: z.array(actionElement).min(1).max(25),
});
const input = z.strictObject({
  type: z.literal('input'),
  ...base,
  label: plainText(2000),
  hint: plainText(2000).optional(),
  optional: z.boolean().optional(),
  dispatch_action: z.boolean().optional(),
  element: inputElement,
});
const imageBlock = z.strictObject({
  type: z.literal('image'),
  ...base,
  image_url: url,
  alt_text: text(2000),
  title: plainText(2000).optional(),
});
const markdown = z.strictObject({ type: z.literal('markdown'), ...base, text: text(12_000) });
const alert = z.strictObject({
  type: z.literal('alert'),
  ...base,
  text: anyText(200),
  level: z.enum(['default', 'info', 'warning', 'error', 'success']).optional(),
});

const everywhere = [section, header, divider, context, actions, input, imageBlock] as const;
const messageBlock = z.discriminatedUnion('type', [...everywhere, markdown]);
const modalBlock = z.discriminatedUnion('type', [...everywhere, alert]);
const homeBlock = z.discriminatedUnion('type', [...everywhere]);

export type MessageBlock = z.output<typeof messageBlock>;
export type ModalBlock = z.output<typeof modalBlock>;
export type HomeBlock = z.output<typeof homeBlock>;
export type AnyBlock = MessageBlock | ModalBlock;

/** The elements of a block that carry an `action_id`, in order. */
export function elementsOf(block: AnyBlock): Element[] {
  if (block.type === 'actions') return block.elements;
  if (block.type === 'input') return [block.element];
  if (block.type === 'section' && block.accessory !== undefined && block.accessory.type !== 'image')
    return [block.accessory];
  return [];
}

/** No two blocks share a block_id, and no two elements of a block an action_id. */
function uniqueIds(
  blocks: AnyBlock[],
  issues: { addIssue(issue: { code: 'custom'; message: string; path: (string | number)[] }): void },
): void {
  const seen = new Set<string>();
  blocks.forEach((block, index) => {
    if (block.block_id !== undefined && seen.has(block.block_id))
      issues.addIssue({
        code: 'custom',
        message: `\`block_id\` ${block.block_id} already exists`,
        path: [index, 'block_id'],
      });
    if (block.block_id !== undefined) seen.add(block.block_id);
    const actionIds = elementsOf(block).flatMap(({ action_id: actionId }) => actionId ?? []);
    const repeated = actionIds.find((actionId, at) => actionIds.indexOf(actionId) !== at);
    if (repeated !== undefined)
      issues.addIssue({
        code: 'custom',
        message: `\`action_id\` ${repeated} already exists`,
        path: [index, 'elements'],
      });
  });
}

/** The blocks of a message: at most 50. */
export const messageBlocks = z.array(messageBlock).max(50).superRefine(uniqueIds);
/** The blocks of a modal: at most 100. */
export const modalBlocks = z.array(modalBlock).max(100).superRefine(uniqueIds);
/** The blocks of an App Home: at most 100. */
export const homeBlocks = z.array(homeBlock).max(100).superRefine(uniqueIds);
