import { z } from 'zod';
import { ApiError } from '../api-error';
import { checkView } from '../blocks/check';
import type { ModalInput } from '../blocks/view-schema';
import { viewJson } from '../presentation';
import type { SlackState } from '../state';
import type { View } from '../types';
import { modalStack, pushModal, replaceView } from '../views';
import { type GivenValues, type InteractionParts, mergeValues } from './actions';
import { localErrors } from './local-errors';
import { type Actor, interaction } from './payloads';

/** What a person sees after pressing a modal's submit button. */
export interface SubmitResult {
  /** `incomplete`: Slack's own check refused and the app was not asked; `failed`: "trouble connecting", modal still open. */
  outcome: 'closed' | 'cleared' | 'updated' | 'pushed' | 'errors' | 'incomplete' | 'failed';
  /** Messages at fields, by block_id. */
  errors: Record<string, string>;
  /** Why it failed. */
  reason: string | null;
  /** HTTP status of the app's answer; 0 for none. */
  status: number;
}

const answerSchema = z.discriminatedUnion('response_action', [
  z.object({ response_action: z.literal('errors'), errors: z.record(z.string(), z.string().min(1)) }),
  z.object({ response_action: z.literal('update'), view: z.unknown() }),
  z.object({ response_action: z.literal('push'), view: z.unknown() }),
  z.object({ response_action: z.literal('clear') }),
]);
type Answer = z.output<typeof answerSchema>;

/**
 * Submits a modal with values and does what the app answers.
 * @param given - values by block_id and action_id; what is left out stays as shown.
 * @throws ApiError `no_submit_button`, `unknown_option`, `not_top_view`.
 */
export async function submitModal(
  parts: InteractionParts,
  who: Actor,
  view: View,
  given: GivenValues,
): Promise<SubmitResult> {
  const { state, triggers, deliverer } = parts;
  const content = modalOnTop(state, view);
  if (content.submit === undefined) throw new ApiError('no_submit_button');
  const values = mergeValues(content.blocks, view.values, given);
  const incomplete = localErrors(content, values);
  const shown = state.putView({ ...view, values, errors: incomplete });
  if (Object.keys(incomplete).length > 0)
    return { outcome: 'incomplete', errors: incomplete, reason: null, status: 0 };
  const result = await deliverer.send({
    team: view.teamId,
    kind: 'view_submission',
    as: 'payload',
    payload: {
      ...interaction(state, who, 'view_submission'),
      trigger_id: triggers.mint({ teamId: view.teamId, userId: view.userId, viewId: view.id }),
      view: viewJson(state, shown),
      response_urls: [],
    },
  });
  const failed = (reason: string): SubmitResult => ({
    outcome: 'failed',
    errors: {},
    reason,
    status: result.status,
  });
  if (result.failure !== null) return failed(result.failure);
  try {
    const current = state.view(view.teamId, view.id) ?? shown;
    return {
      errors: {},
      reason: null,
      status: result.status,
      ...apply(state, current, readAnswer(result.body)),
    };
  } catch (error) {
    if (error instanceof ApiError) return failed([error.code, ...messagesIn(error)].join(' '));
    throw error;
  }
}

/** Closes a modal by its close button; the app hears of it where it asked to. Ones opened from it are gone already. */
export async function closeModal(parts: InteractionParts, who: Actor, view: View): Promise<void> {
  const { state, deliverer } = parts;
  const content = modalOnTop(state, view);
  const clears = content.clear_on_close === true;
  for (const open of clears ? modalStack(state, view) : [view]) state.deleteView(open);
  if (content.notify_on_close !== true) return;
  await deliverer.send({
    team: view.teamId,
    kind: 'view_closed',
    as: 'payload',
    payload: { ...interaction(state, who, 'view_closed'), view: viewJson(state, view), is_cleared: clears },
  });
}

function modalOnTop(state: SlackState, view: View): ModalInput {
  if (view.content.type !== 'modal' || modalStack(state, view).at(-1)?.id !== view.id)
    throw new ApiError('not_top_view');
  return view.content;
}

function readAnswer(body: string): Answer | null {
  if (body.trim() === '') return null;
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    throw new ApiError('answer_is_no_json');
  }
  if (typeof parsed === 'object' && parsed !== null && Object.keys(parsed).length === 0) return null;
  const answer = answerSchema.safeParse(parsed);
  if (!answer.success) throw new ApiError('unknown_response_action');
  return answer.data;
}

function apply(
  state: SlackState,
  view: View,
  answer: Answer | null,
): Pick<SubmitResult, 'outcome'> & Partial<SubmitResult> {
  if (answer === null) {
    state.deleteView(view);
    return { outcome: 'closed' };
  }
  switch (answer.response_action) {
    case 'errors': {
      const inputs = view.content.blocks
        .filter(({ type }) => type === 'input')
        .map((block) => block.block_id);
      const stray = Object.keys(answer.errors).filter((blockId) => !inputs.includes(blockId));
      if (stray.length > 0 || Object.keys(answer.errors).length === 0)
        throw new ApiError('errors_name_no_input_block');
      state.putView({ ...view, errors: answer.errors });
      return { outcome: 'errors', errors: answer.errors };
    }
    case 'update':
      replaceView(state, view, checkView(answer.view), undefined);
      return { outcome: 'updated' };
    case 'push':
      pushModal(state, view, checkView(answer.view));
      return { outcome: 'pushed' };
    case 'clear':
      for (const open of modalStack(state, view)) state.deleteView(open);
      return { outcome: 'cleared' };
  }
}

function messagesIn(error: ApiError): string[] {
  const metadata = error.details.response_metadata as { messages?: string[] } | undefined;
  return metadata?.messages ?? [];
}
