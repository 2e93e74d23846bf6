import { ApiError } from '../api-error';
import { type AnyBlock, elementsOf } from '../blocks/block-schemas';
import type { Element } from '../blocks/element-schemas';
import { optionsOf } from '../blocks/options';
import { type Given, initialValues, valueOf } from '../form-values';
import { messageJson, viewJson } from '../presentation';
import type { SlackState } from '../state';
import type { Triggers } from '../triggers';
import type { Channel, Fields, Message, StateValues, View } from '../types';
import type { Deliverer, DeliveryResult } from './deliver';
import { type Actor, channelName, interaction } from './payloads';
import type { ResponseUrls } from './response-urls';
import type { Warnings } from './warnings';

/** What interactions are made with. */
export interface InteractionParts {
  state: SlackState;
  triggers: Triggers;
  deliverer: Deliverer;
  responseUrls: ResponseUrls;
  warnings: Warnings;
}

/** Which control is meant: by action_id, by the text on it, by its block, or by what it carries. */
export interface ControlName {
  actionId?: string | undefined;
  blockId?: string | undefined;
  text?: string | undefined;
  value?: string | undefined;
}

/** Where a control stands. */
export type Surface = { message: Message; channel: Channel } | { view: View };

/** Values typed or chosen elsewhere on the surface: block_id → action_id → value. */
export type GivenValues = Record<string, Record<string, Given>>;

interface Found {
  block: AnyBlock;
  element: Element;
}

/** Finds the one control that fits. @throws ApiError `control_not_found` for none, `control_ambiguous` for several. */
export function findControl(blocks: AnyBlock[], name: ControlName): Found {
  const all = blocks
    // Inputs speak up only where the app asked for it.
    .filter((block) => block.type !== 'input' || block.dispatch_action === true)
    .flatMap((block) => elementsOf(block).map((element) => ({ block, element })));
  const fitting = all.filter(
    ({ block, element }) =>
      (name.actionId === undefined || element.action_id === name.actionId) &&
      (name.blockId === undefined || block.block_id === name.blockId) &&
      (name.text === undefined || (element.type === 'button' && element.text.text === name.text)) &&
      (name.value === undefined || (element.type === 'button' && element.value === name.value)),
  );
  const [found, second] = fitting;
  if (found === undefined) throw new ApiError('control_not_found');
  if (second !== undefined) throw new ApiError('control_ambiguous');
  return found;
}

/** Puts given values over those a surface shows. @throws ApiError `unknown_option`. */
export function mergeValues(blocks: AnyBlock[], shown: StateValues, given: GivenValues): StateValues {
  const values = structuredClone(shown);
  for (const block of blocks) {
    for (const element of elementsOf(block)) {
      const [blockId, actionId] = [block.block_id ?? '', element.action_id ?? ''];
      const wanted = given[blockId]?.[actionId];
      const value = wanted === undefined ? null : valueOrRefusal(element, wanted);
      if (value !== null) values[blockId] = { ...values[blockId], [actionId]: value };
    }
  }
  return values;
}

function valueOrRefusal(element: Element, given: Given): ReturnType<typeof valueOf> {
  try {
    return valueOf(element, given);
  } catch (error) {
    if (error instanceof RangeError) throw new ApiError('unknown_option', { detail: error.message });
    throw error;
  }
}

function actionJson({ block, element }: Found, chosen: Given, actionTs: string): Fields {
  const common = {
    action_id: element.action_id,
    block_id: block.block_id,
    type: element.type,
    action_ts: actionTs,
  };
  const confirm = 'confirm' in element && element.confirm !== undefined ? { confirm: element.confirm } : {};
  if (element.type === 'button') {
    const { text, value, url, style } = element;
    return {
      ...common,
      text,
      ...(value === undefined ? {} : { value }),
      ...(url === undefined ? {} : { url }),
      ...(style === undefined ? {} : { style }),
      ...confirm,
    };
  }
  if (element.type === 'overflow') {
    const option = optionsOf(element).find((it) => it.value === chosen || it.text.text === chosen);
    if (option === undefined) throw new ApiError('unknown_option');
    return { ...common, selected_option: option, ...confirm };
  }
  const initial = Object.entries(element).filter(
    ([name]) => name.startsWith('initial_') || name === 'placeholder',
  );
  return { ...common, ...Object.fromEntries(initial), ...confirm, ...valueOrRefusal(element, chosen) };
}

/**
 * Uses a control as a person would, and tells the app with a `block_actions` payload.
 * @param name - which control.
 * @param chosen - what is chosen or typed, for controls other than buttons.
 * @param given - values of the other elements of the surface.
 * @throws ApiError when there is no such control or option.
 */
export async function act(
  parts: InteractionParts,
  who: Actor,
  surface: Surface,
  name: ControlName,
  chosen: Given,
  given: GivenValues,
): Promise<DeliveryResult> {
  const { state, triggers, deliverer, warnings } = parts;
  const blocks: AnyBlock[] = 'view' in surface ? surface.view.content.blocks : surface.message.blocks;
  const found = findControl(blocks, name);
  const own = { [found.block.block_id ?? '']: { [found.element.action_id ?? '']: chosen } };
  const shown = 'view' in surface ? surface.view.values : initialValues(blocks);
  const stateful = found.element.type !== 'button' && found.element.type !== 'overflow';
  const values = mergeValues(blocks, mergeValues(blocks, shown, given), stateful ? own : {});
  const viewId = 'view' in surface ? surface.view.id : null;
  const payload = {
    ...interaction(state, who, 'block_actions'),
    trigger_id: triggers.mint({ teamId: who.workspace.id, userId: who.user.id, viewId }),
    ...surfaceJson(parts, who, surface, values),
    actions: [actionJson(found, chosen, state.clock.nextTs())],
  };
  const result = await deliverer.send({
    team: who.workspace.id,
    kind: 'block_actions',
    payload,
    as: 'payload',
  });
  const control = {
    team: who.workspace.id,
    user: who.user.id,
    surface: 'view' in surface ? surface.view.id : surface.message.ts,
    actionId: found.element.action_id ?? '',
  };
  warnings.set(control, result.failure);
  return result;
}

function surfaceJson(parts: InteractionParts, who: Actor, surface: Surface, values: StateValues): Fields {
  const { state, responseUrls } = parts;
  if ('view' in surface) {
    const view = state.putView({ ...surface.view, values });
    return { container: { type: 'view', view_id: view.id }, view: viewJson(state, view) };
  }
  const { message, channel } = surface;
  const isEphemeral = message.ephemeralTo !== undefined;
  return {
    container: {
      type: 'message',
      message_ts: message.ts,
      channel_id: channel.id,
      is_ephemeral: isEphemeral,
      ...(message.threadTs === undefined ? {} : { thread_ts: message.threadTs }),
    },
    channel: { id: channel.id, name: channelName(channel) },
    // Slack does not hand an ephemeral message back to the app.
    ...(isEphemeral ? {} : { message: messageJson(state, message, true) }),
    state: { values },
    response_url: responseUrls.mint(channel, who.user, message),
  };
}
