import { type AnyBlock, elementsOf } from './blocks/block-schemas';
import type { Element } from './blocks/element-schemas';
import { type Option, optionsOf } from './blocks/options';
import type { StateValue, StateValues } from './types';

/** A value given by hand: one text, or several for elements that take several; null or empty for none. */
export type Given = string | string[] | null;

const one = (given: Given): string | null => {
  const value = Array.isArray(given) ? (given[0] ?? null) : given;
  return value === '' ? null : value;
};
const many = (given: Given): string[] =>
  Array.isArray(given) ? given : given === null || given === '' ? [] : [given];

function choose(options: Option[], values: string[]): Option[] {
  return values.map((value) => {
    const option = options.find((it) => it.value === value) ?? options.find((it) => it.text.text === value);
    if (option === undefined) throw new RangeError(`no option ${value}`);
    return option;
  });
}

/**
 * The `state.values` entry of an element that holds what was given; options may be named by value or by text.
 * @returns null for what has no state (buttons, overflow menus).
 * @throws RangeError for an option the element does not have.
 */
export function valueOf(element: Element, given: Given): StateValue | null {
  const { type } = element;
  switch (type) {
    case 'button':
    case 'overflow':
      return null;
    case 'static_select':
    case 'radio_buttons':
      return { type, selected_option: choose(optionsOf(element), many(one(given)))[0] ?? null };
    case 'multi_static_select':
    case 'checkboxes':
      return { type, selected_options: choose(optionsOf(element), many(given)) };
    case 'users_select':
      return { type, selected_user: one(given) };
    case 'multi_users_select':
      return { type, selected_users: many(given) };
    case 'channels_select':
      return { type, selected_channel: one(given) };
    case 'conversations_select':
      return { type, selected_conversation: one(given) };
    case 'datepicker':
      return { type, selected_date: one(given) };
    case 'timepicker':
      return { type, selected_time: one(given) };
    default:
      return { type, value: one(given) };
  }
}

function initialOf(element: Element): Given {
  const initial = Object.entries(element).find(([name]) => name.startsWith('initial_'))?.[1] as
    string | string[] | Option | Option[] | undefined;
  if (initial === undefined || typeof initial === 'string') return initial ?? null;
  if (!Array.isArray(initial)) return initial.value;
  return initial.map((it) => (typeof it === 'string' ? it : it.value));
}

/** `state.values` as a surface first shows it. */
export function initialValues(blocks: AnyBlock[]): StateValues {
  return keepValues(blocks, {});
}

/** `state.values` of new blocks: what was given before where block, action and type are the same, else the initial value. */
export function keepValues(blocks: AnyBlock[], before: StateValues): StateValues {
  const values: StateValues = {};
  for (const block of blocks) {
    for (const element of elementsOf(block)) {
      const [blockId, actionId] = [block.block_id ?? '', element.action_id ?? ''];
      const kept = before[blockId]?.[actionId];
      const value = kept?.type === element.type ? kept : valueOf(element, initialOf(element));
      if (value !== null) values[blockId] = { ...values[blockId], [actionId]: value };
    }
  }
  return values;
}

/** What a value holds, as it would be given by hand. */
export function givenIn(value: StateValue | undefined): Given {
  const held = value === undefined ? null : Object.entries(value).find(([name]) => name !== 'type')?.[1];
  if (held === null || held === undefined) return null;
  if (Array.isArray(held)) return held.map((it: string | Option) => (typeof it === 'string' ? it : it.value));
  return typeof held === 'string' ? held : (held as Option).value;
}
