import { ApiError, refuseWithMessages } from '../api-error';
import { randomLetters } from '../ids';
import { type AnyBlock, elementsOf, type MessageBlock, messageBlocks } from './block-schemas';
import { issueMessages } from './issues';
import { type ViewInput, viewSchema } from './view-schema';

/** 250 KB, the largest view Slack takes. */
const VIEW_BYTES = 250 * 1024;

/**
 * Checks the blocks of a message against Slack's limits and gives ids to those that have none.
 * @throws ApiError `invalid_blocks_format` for what is no array, `invalid_blocks` with JSON pointers for the rest.
 */
export function checkMessageBlocks(value: unknown): MessageBlock[] {
  if (!Array.isArray(value)) throw new ApiError('invalid_blocks_format');
  const result = messageBlocks.safeParse(value);
  if (!result.success)
    throw refuseWithMessages('invalid_blocks', issueMessages(result.error.issues, '/blocks'));
  return withIds(result.data);
}

/**
 * Checks a view against Slack's limits and gives ids to blocks and elements that have none.
 * @throws ApiError `view_too_large` above 250 KB, `invalid_arguments` with JSON pointers for the rest.
 */
export function checkView(value: unknown): ViewInput {
  if (Buffer.byteLength(JSON.stringify(value)) > VIEW_BYTES) throw new ApiError('view_too_large');
  const result = viewSchema.safeParse(value);
  if (!result.success)
    throw refuseWithMessages('invalid_arguments', issueMessages(result.error.issues, '/view'));
  return { ...result.data, blocks: withIds<AnyBlock>(result.data.blocks) } as ViewInput;
}

function withIds<B extends AnyBlock>(blocks: B[]): B[] {
  const copy = structuredClone(blocks);
  for (const block of copy) {
    block.block_id ??= randomLetters(5);
    for (const element of elementsOf(block)) element.action_id ??= randomLetters(5);
  }
  return copy;
}
