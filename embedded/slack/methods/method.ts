import type { Args } from '../args';
import type { Triggers } from '../triggers';
import type { SlackState } from '../state';
import type { Fields, Workspace } from '../types';

/** One authenticated Web API call. */
export interface Call {
  state: SlackState;
  triggers: Triggers;
  workspace: Workspace;
  args: Args;
}

/** A Web API method: the scope it always needs, and what it does. The answer's fields come beside `ok: true`. */
export interface Method {
  scope?: string;
  run(call: Call): Fields;
}

/** The methods of one family, by full name. */
export type Methods = Record<string, Method>;
