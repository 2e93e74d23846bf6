import { z } from 'zod';
import {
  among,
  DISTINCT,
  distinct,
  KNOWN_INITIAL,
  ONE_SOURCE,
  oneSource,
  option,
  optionsOf,
} from './options';
import { confirmation, id, plainText, text, url } from './text-schemas';

const button = z.strictObject({
  type: z.literal('button'),
  action_id: id.optional(),
  text: plainText(75),
  value: text(2000).optional(),
  url: url.optional(),
  style: z.enum(['primary', 'danger']).optional(),
  confirm: confirmation.optional(),
  accessibility_label: text(75).optional(),
});

const interactive = {
  action_id: id.optional(),
  confirm: confirmation.optional(),
  focus_on_load: z.boolean().optional(),
};
const placeholder = { placeholder: plainText(150).optional() };
const optionGroup = z.strictObject({ label: plainText(75), options: z.array(option).min(1).max(100) });
const choices = {
  options: z.array(option).min(1).max(100).optional(),
  option_groups: z.array(optionGroup).min(1).max(100).optional(),
};
const maxSelected = { max_selected_items: z.int().min(1).optional() };

const staticSelect = z
  .strictObject({
    type: z.literal('static_select'),
    ...interactive,
    ...placeholder,
    ...choices,
    initial_option: option.optional(),
  })
  .refine(oneSource, ONE_SOURCE)
  .refine(
    (it) => among(optionsOf(it), it.initial_option === undefined ? [] : [it.initial_option]),
    KNOWN_INITIAL,
  )
  .refine((it) => distinct(optionsOf(it)), DISTINCT);
const multiStaticSelect = z
  .strictObject({
    type: z.literal('multi_static_select'),
    ...interactive,
    ...placeholder,
    ...choices,
    ...maxSelected,
    initial_options: z.array(option).min(1).optional(),
  })
  .refine(oneSource, ONE_SOURCE)
  .refine((it) => among(optionsOf(it), it.initial_options ?? []), KNOWN_INITIAL)
  .refine((it) => distinct(optionsOf(it)), DISTINCT);

const usersSelect = z.strictObject({
  type: z.literal('users_select'),
  ...interactive,
  ...placeholder,
  initial_user: id.optional(),
});
const multiUsersSelect = z.strictObject({
  type: z.literal('multi_users_select'),
  ...interactive,
  ...placeholder,
  ...maxSelected,
  initial_users: z.array(id).min(1).optional(),
});
const channelsSelect = z.strictObject({
  type: z.literal('channels_select'),
  ...interactive,
  ...placeholder,
  initial_channel: id.optional(),
});
const conversationsSelect = z.strictObject({
  type: z.literal('conversations_select'),
  ...interactive,
  ...placeholder,
  initial_conversation: id.optional(),
});

const overflow = z
  .strictObject({
    type: z.literal('overflow'),
    action_id: id.optional(),
    confirm: confirmation.optional(),
    options: z
      .array(option.extend({ url: url.optional() }))
      .min(1)
      .max(5),
  })
  .refine((it) => distinct(it.options), DISTINCT);
const fewOptions = z.array(option).min(1).max(10);
const radioButtons = z
  .strictObject({
    type: z.literal('radio_buttons'),
    ...interactive,
    options: fewOptions,
    initial_option: option.optional(),
  })
  .refine(
    (it) => among(it.options, it.initial_option === undefined ? [] : [it.initial_option]),
    KNOWN_INITIAL,
  )
  .refine((it) => distinct(it.options), DISTINCT);
const checkboxes = z
  .strictObject({
    type: z.literal('checkboxes'),
    ...interactive,
    options: fewOptions,
    initial_options: z.array(option).min(1).optional(),
  })
  .refine((it) => among(it.options, it.initial_options ?? []), KNOWN_INITIAL)
  .refine((it) => distinct(it.options), DISTINCT);

const datepicker = z.strictObject({
  type: z.literal('datepicker'),
  ...interactive,
  ...placeholder,
  initial_date: z.iso.date().optional(),
});
const timepicker = z.strictObject({
  type: z.literal('timepicker'),
  ...interactive,
  ...placeholder,
  initial_time: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
    .optional(),
  timezone: z.string().optional(),
});

const typed = {
  action_id: id.optional(),
  ...placeholder,
  focus_on_load: z.boolean().optional(),
  dispatch_action_config: z
    .strictObject({
      trigger_actions_on: z.array(z.enum(['on_enter_pressed', 'on_character_entered'])).min(1),
    })
    .optional(),
};
const plainTextInput = z.strictObject({
  type: z.literal('plain_text_input'),
  ...typed,
  initial_value: z.string().max(3000).optional(),
  multiline: z.boolean().optional(),
  min_length: z.int().min(0).max(3000).optional(),
  max_length: z.int().min(1).max(3000).optional(),
});
const emailInput = z.strictObject({
  type: z.literal('email_text_input'),
  ...typed,
  initial_value: z.string().optional(),
});
const urlInput = z.strictObject({
  type: z.literal('url_text_input'),
  ...typed,
  initial_value: z.string().optional(),
});
const numberInput = z.strictObject({
  type: z.literal('number_input'),
  ...typed,
  is_decimal_allowed: z.boolean(),
  initial_value: z.string().optional(),
  min_value: z.string().optional(),
  max_value: z.string().optional(),
});

/** A picture beside text. */
export const image = z.strictObject({ type: z.literal('image'), image_url: url, alt_text: text(2000) });

const choosers = [
  staticSelect,
  multiStaticSelect,
  usersSelect,
  multiUsersSelect,
  channelsSelect,
  conversationsSelect,
  radioButtons,
  checkboxes,
  datepicker,
  timepicker,
] as const;

/** What an actions block may hold. */
export const actionElement = z.discriminatedUnion('type', [button, overflow, ...choosers]);
/** What may stand beside a section. */
export const accessory = z.discriminatedUnion('type', [button, overflow, image, ...choosers]);
/** What an input block may hold. */
export const inputElement = z.discriminatedUnion('type', [
  plainTextInput,
  emailInput,
  urlInput,
  numberInput,
  ...choosers,
]);

export type ActionElement = z.output<typeof actionElement>;
export type InputElement = z.output<typeof inputElement>;
/** Anything a person can click, choose or type into. */
export type Element = ActionElement | InputElement;
