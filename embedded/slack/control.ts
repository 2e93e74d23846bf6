import type { SlackControl, Verb } from './control/contract';
import { controlInputs } from './control/inputs';

export type { ControlResults, Sent, SlackControl, WorkspaceInfo } from './control/contract';

/** A refusal by the control API, such as `control_not_found` for a button that is not there. */
export class SlackControlError extends Error {
  override readonly name = 'SlackControlError';

  constructor(
    readonly verb: string,
    readonly code: string,
    detail: string,
  ) {
    super(`${verb}: ${code}${detail === '' ? '' : ` (${detail})`}`);
  }
}

interface Reply {
  ok: boolean;
  result?: unknown;
  error?: string;
  detail?: string;
}

/** Longer than an app's three seconds and its answer's way back; a click waits for both. */
const REPLY_MS = 15_000;

/**
 * The stand-in's control API over HTTP.
 * @param baseUrl - its `webUrl`, such as `http://127.0.0.1:8055`.
 * @returns one function per verb, each taking and giving plain JSON; see `control/inputs.ts`.
 *   They throw {@link SlackControlError} when refused.
 */
export function createSlackControl(baseUrl: string): SlackControl {
  const call = (verb: Verb) => async (input: unknown) => {
    const response = await fetch(
      new URL(`control/${verb}`, baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`),
      {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(input),
        signal: AbortSignal.timeout(REPLY_MS),
      },
    );
    const reply = (await response.json()) as Reply;
    if (!reply.ok) throw new SlackControlError(verb, reply.error ?? 'unknown', reply.detail ?? '');
    return reply.result;
  };
  const verbs = Object.keys(controlInputs) as Verb[];
  return Object.fromEntries(verbs.map((verb) => [verb, call(verb)])) as SlackControl;
}
