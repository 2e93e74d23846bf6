import type { Request, Response } from 'express';
import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { csrfToken } from '../auth/session';
import { sessionUserOf } from '../auth/session-data';

/** What every page knows of the browser before it. */
export interface PageContext {
  readonly isSignedIn: boolean;
  readonly csrf: string;
}

/** Sends a page. */
export function sendPage(
  request: Request,
  response: Response,
  title: string,
  body: (context: PageContext) => ReactNode,
  status = 200,
): void {
  const context: PageContext = {
    isSignedIn: sessionUserOf(request) !== null,
    // Made when a form asks for it: a page without forms starts no session, and needs no database.
    get csrf() {
      return csrfToken(request);
    },
  };
  const html = renderToStaticMarkup(
    <Layout title={title} context={context}>
      {body(context)}
    </Layout>,
  );
  // Pages show what one person may see: no cache keeps them.
  response.status(status).set('Cache-Control', 'no-store').type('html').send(`<!doctype html>${html}`);
}

/** The session's token in a form. */
export function Csrf({ csrf }: { readonly csrf: string }): ReactNode {
  return <input type="hidden" name="_csrf" value={csrf} />;
}

/** An instant as people read it, in UTC, with the exact one for programs. */
export function When({ at }: { readonly at: Date }): ReactNode {
  const shown = at.toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });
  return <time dateTime={at.toISOString()}>{shown} UTC</time>;
}

function Layout(props: {
  readonly title: string;
  readonly context: PageContext;
  readonly children: ReactNode;
}): ReactNode {
  const { title, context, children } = props;
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{`${title} · Doorlist`}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/assets/pages.css" />
      </head>
      <body>
        <a className="skip" href="#main">
          Skip to content
        </a>
        <header>
          <a className="home" href="/">
            Doorlist
          </a>
          {context.isSignedIn ? (
            <nav aria-label="Yours">
              <a href="/notifications">Notifications</a>
              <a href="/sessions">Sessions</a>
              <form method="post" action="/auth/signout">
                <Csrf csrf={context.csrf} />
                <button className="quiet">Sign out</button>
              </form>
            </nav>
          ) : null}
        </header>
        <main id="main">{children}</main>
      </body>
    </html>
  );
}
