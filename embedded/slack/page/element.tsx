import type { ReactNode } from 'react';
import type { AnyBlock } from '../blocks/block-schemas';
import type { Element } from '../blocks/element-schemas';
import { type Option, optionsOf } from '../blocks/options';
import { type Given, givenIn } from '../form-values';
import type { StateValues } from '../types';
import { conversationsOf, type Viewpoint } from './names';
import { plain } from './mrkdwn';

/** What a control needs to know of the surface it stands on. */
export interface SurfaceInfo {
  viewpoint: Viewpoint;
  values: StateValues;
  /** action_ids whose last use was not acknowledged in time. */
  warned: Set<string>;
}

interface ControlProps {
  surface: SurfaceInfo;
  block: AnyBlock;
  element: Element;
}

const many = (given: Given): string[] => (Array.isArray(given) ? given : given === null ? [] : [given]);

/** One control, marked so that the page's script knows which block and action it stands for. */
export function Control({ surface, block, element }: ControlProps): ReactNode {
  const blockId = block.block_id ?? '';
  const actionId = element.action_id ?? '';
  const dispatches = block.type !== 'input' || block.dispatch_action === true;
  const confirm =
    'confirm' in element && element.confirm !== undefined ? JSON.stringify(element.confirm) : undefined;
  const marks = {
    'data-block': blockId,
    'data-action': actionId,
    'data-dispatch': dispatches ? '' : undefined,
    'data-confirm': confirm,
  };
  const given = givenIn(surface.values[blockId]?.[actionId]);
  return (
    <span className="control">
      {widget(surface, block, element, marks, given)}
      {surface.warned.has(actionId) && (
        <span
          className="warning"
          role="img"
          aria-label="Something went wrong"
          title="The app did not answer in time."
        >
          ⚠️
        </span>
      )}
    </span>
  );
}

type Marks = Record<`data-${string}`, string | undefined>;

function widget(
  surface: SurfaceInfo,
  block: AnyBlock,
  element: Element,
  marks: Marks,
  given: Given,
): ReactNode {
  const label =
    block.type === 'input' ? undefined : 'placeholder' in element ? element.placeholder?.text : undefined;
  const id = `${block.block_id ?? ''}-field`;
  const field = { ...marks, id: block.type === 'input' ? id : undefined, 'aria-label': label };
  switch (element.type) {
    case 'button':
      return (
        <button
          type="button"
          className={`button ${element.style ?? ''}`}
          aria-label={element.accessibility_label}
          data-url={element.url}
          {...marks}
        >
          {plain(element.text.text)}
        </button>
      );
    case 'overflow':
      return (
        <select className="overflow" {...marks} aria-label="More actions" defaultValue="">
          <option value="">⋯</option>
          {options(element.options)}
        </select>
      );
    case 'static_select':
      return choice(field, element.placeholder?.text, optionChildren(element), given, false);
    case 'multi_static_select':
      return choice(field, undefined, optionChildren(element), given, true);
    case 'users_select':
      return choice(field, element.placeholder?.text, people(surface), given, false);
    case 'multi_users_select':
      return choice(field, undefined, people(surface), given, true);
    case 'channels_select':
    case 'conversations_select':
      return choice(field, element.placeholder?.text, places(surface), given, false);
    case 'radio_buttons':
    case 'checkboxes':
      return (
        <span className="choices" role="group" aria-label={label} id={field.id}>
          {element.options.map((option) => (
            <label key={option.value}>
              <input
                type={element.type === 'checkboxes' ? 'checkbox' : 'radio'}
                name={`${marks['data-block'] ?? ''}/${marks['data-action'] ?? ''}`}
                value={option.value}
                defaultChecked={many(given).includes(option.value)}
                {...marks}
              />
              <span>{plain(option.text.text)}</span>
              {option.description !== undefined && <small>{plain(option.description.text)}</small>}
            </label>
          ))}
        </span>
      );
    case 'datepicker':
    case 'timepicker':
      return (
        <input
          type={element.type === 'datepicker' ? 'date' : 'time'}
          defaultValue={many(given)[0] ?? ''}
          {...field}
        />
      );
    default:
      return typed(element, field, many(given)[0] ?? '');
  }
}

type Typed = Extract<Element, { type: `${string}_input` }>;

function typed(element: Typed, field: object, value: string): ReactNode {
  const placeholder = element.placeholder?.text;
  if (element.type === 'plain_text_input' && element.multiline === true)
    return <textarea rows={4} placeholder={placeholder} defaultValue={value} {...field} />;
  const kinds = {
    email_text_input: 'email',
    url_text_input: 'url',
    number_input: 'number',
    plain_text_input: 'text',
  };
  return (
    <input
      type={kinds[element.type]}
      step={element.type === 'number_input' && element.is_decimal_allowed ? 'any' : undefined}
      placeholder={placeholder}
      defaultValue={value}
      {...field}
    />
  );
}

function choice(
  field: object,
  placeholder: string | undefined,
  children: ReactNode,
  given: Given,
  multiple: boolean,
): ReactNode {
  return (
    <select multiple={multiple} defaultValue={multiple ? many(given) : (many(given)[0] ?? '')} {...field}>
      {!multiple && <option value="">{placeholder ?? 'Choose…'}</option>}
      {children}
    </select>
  );
}

function options(all: Option[]): ReactNode {
  return all.map((option) => (
    <option key={option.value} value={option.value}>
      {plain(option.text.text)}
    </option>
  ));
}

function optionChildren(
  element: Extract<Element, { type: 'static_select' | 'multi_static_select' }>,
): ReactNode {
  if (element.option_groups === undefined) return options(optionsOf(element));
  return element.option_groups.map((group, index) => (
    <optgroup key={index} label={plain(group.label.text)}>
      {options(group.options)}
    </optgroup>
  ));
}

function people({ viewpoint: { state, user } }: SurfaceInfo): ReactNode {
  return state
    .usersOf(user.teamId)
    .filter((one) => !one.deleted && !one.isBot)
    .map((one) => (
      <option key={one.id} value={one.id}>
        {one.realName}
      </option>
    ));
}

function places({ viewpoint }: SurfaceInfo): ReactNode {
  return conversationsOf(viewpoint).channels.map((channel) => (
    <option key={channel.id} value={channel.id}>
      #{channel.name}
    </option>
  ));
}
