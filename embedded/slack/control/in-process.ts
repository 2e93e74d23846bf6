import type { Handlers, SlackControl, Verb } from './contract';
import { deliveryHandlers } from './delivery-handlers';
import { controlInputs } from './inputs';
import type { ControlParts } from './parts';
import { peopleHandlers } from './people-handlers';
import { scriptHandlers } from './script-handlers';
import { worldHandlers } from './world-handlers';

/** The control API in this process. Each verb throws ApiError for what Slack or the script refuses, ZodError for a bad input. */
export function controlInProcess(parts: ControlParts): SlackControl {
  const handlers: Handlers<Verb> = {
    ...worldHandlers(parts),
    ...peopleHandlers(parts),
    ...deliveryHandlers(parts),
    ...scriptHandlers(parts),
  };
  const verbs = Object.keys(controlInputs) as Verb[];
  const run = (verb: Verb) => async (input: unknown) => {
    // Each handler belongs to the schema of the same name; the compiler cannot follow that through a loop.
    const handler = handlers[verb] as (checked: unknown) => unknown;
    return await handler(controlInputs[verb].parse(input));
  };
  return Object.fromEntries(verbs.map((verb) => [verb, run(verb)])) as SlackControl;
}
