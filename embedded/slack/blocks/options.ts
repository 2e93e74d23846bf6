import { z } from 'zod';
import { anyText, text } from './text-schemas';

/** One thing to choose: label 75, value 75. */
export const option = z.strictObject({
  text: anyText(75),
  value: text(75),
  description: anyText(75).optional(),
});
export type Option = z.output<typeof option>;

/** Every option of a select, whether it lies in a group or not. */
export function optionsOf(element: {
  options?: Option[] | undefined;
  option_groups?: { options: Option[] }[] | undefined;
}): Option[] {
  return element.options ?? (element.option_groups ?? []).flatMap((group) => group.options);
}

/** Options come plain or in groups, never both. */
export const oneSource = (element: { options?: unknown; option_groups?: unknown }): boolean =>
  (element.options === undefined) !== (element.option_groups === undefined);
/** What is said where {@link oneSource} fails. */
export const ONE_SOURCE = { message: 'must have either options or option_groups' };
/** What is said where {@link among} fails. */
export const KNOWN_INITIAL = { message: 'initial options must be among the options' };

/** Whether all that is chosen beforehand can be chosen. */
export const among = (all: Option[], chosen: Option[]): boolean =>
  chosen.every((one) => all.some(({ value }) => value === one.value));

/** Whether each value stands for one option. */
export const distinct = (all: Option[]): boolean =>
  new Set(all.map(({ value }) => value)).size === all.length;
/** What is said where {@link distinct} fails. */
export const DISTINCT = { message: 'option values must be unique' };
