import { z } from 'zod';
import type { InputElement } from '../blocks/element-schemas';
import type { ModalInput } from '../blocks/view-schema';
import { givenIn } from '../form-values';
import type { StateValues } from '../types';

/**
 * What Slack's own window refuses before the app hears of it: empty required fields, lengths and forms.
 * @returns messages by block_id; none when all is well.
 */
export function localErrors(content: ModalInput, values: StateValues): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const block of content.blocks) {
    if (block.type !== 'input') continue;
    const blockId = block.block_id ?? '';
    const given = givenIn(values[blockId]?.[block.element.action_id ?? '']);
    const isEmpty = given === null || given.length === 0;
    const message = isEmpty
      ? block.optional === true
        ? null
        : 'Please complete this required field.'
      : misfit(block.element, given);
    if (message !== null) errors[blockId] = message;
  }
  return errors;
}

function misfit(element: InputElement, given: string | string[]): string | null {
  const text = String(given);
  switch (element.type) {
    case 'plain_text_input':
      if (text.length < (element.min_length ?? 0))
        return `Please enter at least ${element.min_length ?? 0} characters.`;
      // Without a limit of its own an input takes what Slack takes at most.
      return text.length > (element.max_length ?? 3000)
        ? `Please enter at most ${element.max_length ?? 3000} characters.`
        : null;
    case 'email_text_input':
      return z.email().safeParse(text).success ? null : 'Please enter a valid email address.';
    case 'url_text_input':
      return URL.canParse(text) ? null : 'Please enter a valid URL.';
    case 'number_input': {
      const number = Number(text);
      const fits = Number.isFinite(number) && (element.is_decimal_allowed || Number.isInteger(number));
      if (!fits) return 'Please enter a valid number.';
      const low = element.min_value !== undefined && number < Number(element.min_value);
      const high = element.max_value !== undefined && number > Number(element.max_value);
      return low || high ? 'Please enter a number within the limits.' : null;
    }
    case 'multi_static_select':
    case 'multi_users_select':
      return given.length > (element.max_selected_items ?? Infinity)
        ? `Choose at most ${element.max_selected_items ?? 0}.`
        : null;
    default:
      return null;
  }
}
