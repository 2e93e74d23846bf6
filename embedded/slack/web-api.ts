import { setTimeout as sleep } from 'node:timers/promises';
import express, { type NextFunction, type Request, type Response, Router } from 'express';
import { ApiError } from './api-error';
import { Args } from './args';
import type { EventSender } from './delivery/events';
import { tellOfMessage } from './delivery/message-events';
import { acceptsFirst, type Faults, sendFault } from './faults';
import { chatMethods } from './methods/chat';
import { conversationMethods } from './methods/conversations';
import type { Methods } from './methods/method';
import { userMethods } from './methods/users';
import { viewMethods } from './methods/views';
import type { Recorder } from './record';
import { requireScope } from './scopes';
import type { SlackState } from './state';
import type { Triggers } from './triggers';
import type { Fields, Workspace } from './types';

const METHODS: Methods = { ...userMethods, ...chatMethods, ...conversationMethods, ...viewMethods };

/** What a Web API call may touch. */
export interface WebApiParts {
  state: SlackState;
  triggers: Triggers;
  faults: Faults;
  recorder: Recorder;
  events: EventSender;
}

/**
 * The Web API: `POST` or `GET /<method>` with a form or JSON body, answered with status 200 and `ok` like Slack's.
 */
export function webApi(parts: WebApiParts): Router {
  const router = Router();
  // Views may have 250 KB, and form encoding triples what is not a letter.
  router.use(express.json({ limit: '2mb' }), express.urlencoded({ extended: false, limit: '2mb' }));
  router.all('/:method', async (request, response) => {
    await answer(parts, request, response);
  });
  router.use((error: { type?: string }, _request: Request, response: Response, next: NextFunction) => {
    if (error.type === 'entity.parse.failed') response.json({ ok: false, error: 'invalid_json' });
    else next(error);
  });
  return router;
}

async function answer(parts: WebApiParts, request: Request, response: Response): Promise<void> {
  const { state, faults, recorder } = parts;
  const method = String(request.params.method);
  const { token, args } = readRequest(request);
  const workspace = state.workspaces.all().find(({ botToken }) => botToken === token);
  const aim = {
    method,
    team: workspace?.id ?? null,
    channel: stringOrNull(args.fields.channel),
    user: stringOrNull(args.fields.user ?? args.fields.user_id ?? args.fields.users),
  };
  const fault = faults.take(aim);
  const works = fault === null || acceptsFirst(fault.kind);
  const result = works ? run(parts, method, token, workspace, args) : null;
  // Slack tells an app of its own messages, too, and waits for nobody with its answer.
  if (workspace !== undefined && method === 'chat.postMessage') tellOfPosted(parts, workspace, result);
  const entry = {
    at: state.clock.now(),
    method,
    team: aim.team,
    args: args.fields,
    fault: fault?.kind ?? null,
  };
  if (fault !== null && fault.kind !== 'slow') {
    // The record comes first: a test that has seen the failure must find it there.
    const accepted = result?.ok === true;
    const index = { ...entry, status: 0, answer: result, accepted };
    recorder.call(index);
    index.status = sendFault(fault, response);
    return;
  }
  recorder.call({ ...entry, status: 200, answer: result, accepted: result?.ok === true });
  if (fault !== null) await sleep(fault.delayMs, undefined, { ref: false });
  if (workspace !== undefined) response.set('x-oauth-scopes', workspace.scopes.join(','));
  response.status(200).json(result);
}

function tellOfPosted({ state, events }: WebApiParts, { id }: Workspace, result: Fields | null): void {
  const { channel, ts } = result ?? {};
  const message = state.message(id, String(channel), String(ts));
  if (message !== undefined) void tellOfMessage(state, events, message);
}

function run(
  { state, triggers }: WebApiParts,
  name: string,
  token: string | null,
  workspace: Workspace | undefined,
  args: Args,
): Fields & { ok: boolean } {
  try {
    const method = Object.hasOwn(METHODS, name) ? METHODS[name] : undefined;
    if (method === undefined) throw new ApiError('unknown_method', { req_method: name });
    if (token === null) throw new ApiError('not_authed');
    if (workspace === undefined) throw new ApiError('invalid_auth');
    if (workspace.tokenState === 'revoked') throw new ApiError('token_revoked');
    if (workspace.tokenState === 'uninstalled') throw new ApiError('account_inactive');
    if (method.scope !== undefined) requireScope(workspace, method.scope);
    return { ok: true, ...method.run({ state, triggers, workspace, args }) };
  } catch (error) {
    if (error instanceof ApiError) return { ok: false, error: error.code, ...error.details };
    throw error;
  }
}

/** A token counts in the Authorization header, and in a form body only; Slack ignores one inside a JSON body. */
function readRequest(request: Request): { token: string | null; args: Args } {
  const body = (request.body ?? {}) as Fields;
  const { token: inForm, ...fields } = { ...(request.query as Fields), ...body };
  const header = /^Bearer (.+)$/.exec(request.get('authorization') ?? '')?.[1];
  const isForm = request.is('application/x-www-form-urlencoded') !== false;
  return { token: header ?? (isForm && typeof inForm === 'string' ? inForm : null), args: new Args(fields) };
}

const stringOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);
