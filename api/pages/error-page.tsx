import type { Request, Response } from 'express';
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
        <p>
          <a href="/">{isSignedIn ? 'To what waits for you' : 'Sign in'}</a>
        </p>
      </>
    ),
    found.status,
  );
}
