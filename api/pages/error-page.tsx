import type { Request, Response } from 'express';
import { sessionOf } from '../auth/session-data';
import type { Problem } from '../problem';
import { sendPage } from './layout';

/** A problem as a page. */
export function sendErrorPage(request: Request, response: Response, found: Problem): void {
  response.set(found.headers);
  sendPage(
    request,
    response,
    found.title,
    ({ isSignedIn }) => (
      <>
        <h1>{found.title}</h1>
        <p role="alert">{found.detail}</p>
        {found.status === 404 && sessionOf(request).ssoTeamId !== undefined ? (
          <p>
            You signed in through one team’s single sign-on, which opens that team only. Sign out for all
            else.
          </p>
        ) : null}
        <p>
          <a href="/">{isSignedIn ? 'To what waits for you' : 'Sign in'}</a>
        </p>
      </>
    ),
    found.status,
  );
}
