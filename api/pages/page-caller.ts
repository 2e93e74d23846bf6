import type { Request, Response } from 'express';
import type { Cause } from '../../domain/actor';
import { sessionUserOf } from '../auth/session';
import type { ApiDeps } from '../deps';
import { requestIdOf } from '../mount';
import { SignIn } from './sign-in';
import { sendPage } from './layout';

/** The cause of what a signed-in browser does, or null after the sign-in page was sent, which leads back here. */
export function causeOrSignIn(
  deps: ApiDeps,
  request: Request,
  response: Response,
  why: string | null = null,
): Cause | null {
  const userId = sessionUserOf(request);
  if (userId !== null) {
    return {
      actor: { type: 'person', userId },
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
    ({ csrf }) => SignIn({ csrf, returnTo, why }),
    returnTo === '/' ? 200 : 401,
  );
  return null;
}

/** A form's field, or null when it is empty. */
export function field(request: Request, name: string): string | null {
  const value = (request.body as Record<string, unknown> | undefined)?.[name];
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}
