import type { Request, RequestParamHandler, Response } from 'express';
import type { Cause } from '../../domain/actor';
import { Refusal } from '../../domain/refusal';
import type { TeamWithIssuer } from '../../operations/issuer-sign-in';
import { notFound } from '../../operations/parts/caller-rights';
import { personActor } from '../auth/caller';
import { sessionOf } from '../auth/session-data';
import type { ApiDeps } from '../deps';
import { requestIdOf } from '../mount';
import { id as uuid } from '../routes/shapes';
import { SignIn } from './sign-in';
import { sendPage } from './layout';

/** What the sign-in page says besides, where it is known whose door it stands before. */
interface SignInHints {
  readonly why?: string;
  /** The team that people sign in to through its issuer. */
  readonly team?: TeamWithIssuer | null;
}

/**
 * The cause of what a signed-in browser does, or null after the sign-in page was sent, which leads back here.
 * @param hints a page that says why to visitors, too, answers 200; any other 401
 */
export function causeOrSignIn(
  deps: ApiDeps,
  request: Request,
  response: Response,
  hints: SignInHints = {},
): Cause | null {
  const { userId, ssoTeamId } = sessionOf(request);
  if (userId !== undefined) {
    return {
      actor: personActor(userId, ssoTeamId),
      source: 'web',
      requestId: requestIdOf(response),
      asOf: deps.store.clock.now(),
    };
  }
  const returnTo = request.method === 'GET' ? request.originalUrl : '/';
  sendPage(
    request,
    response,
    'Sign in',
    ({ csrf }) => SignIn({ csrf, returnTo, why: hints.why ?? null, team: hints.team ?? null }),
    returnTo === '/' || hints.why !== undefined ? 200 : 401,
  );
  return null;
}

/**
 * A form's field, or null when it is empty.
 * @throws {Refusal} `invalid_request` for a text that is too long, or that no database keeps
 */
export function field(request: Request, name: string, max = 200): string | null {
  const value = (request.body as Record<string, unknown> | undefined)?.[name];
  if (typeof value !== 'string' || value.trim() === '') return null;
  const text = value.trim().replaceAll('\r\n', '\n');
  if (text.length <= max && !text.includes('\0')) return text;
  const message = `has to be text of up to ${max} characters`;
  throw new Refusal('invalid_request', `The ${name} ${message}.`, { errors: [{ path: name, message }] });
}

/** Lets addresses through whose id could be one of ours; all others lead nowhere. */
export const knownId: RequestParamHandler = (_request, _response, next, value: unknown) => {
  next(uuid.safeParse(value).success ? undefined : notFound('page'));
};
