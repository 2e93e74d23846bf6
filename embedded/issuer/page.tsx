import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';

/** Somebody whom the issuer knows by a click. */
export interface IssuerPerson {
  readonly email: string;
  readonly name: string;
}

/** The sign-in page: pick a person, or be anybody. */
export function signInPage(people: readonly IssuerPerson[], action: string): string {
  return page(
    'Who are you?',
    <>
      <p>This issuer stands in for a company’s own. It asks for no password.</p>
      <form method="post" action={action}>
        {people.map(({ email, name }) => (
          <p key={email}>
            <button name="email" value={email}>
              {name} ({email})
            </button>
          </p>
        ))}
      </form>
      <form method="post" action={action}>
        <label htmlFor="email">Somebody else’s e-mail address</label>{' '}
        <input id="email" name="email" type="email" autoComplete="email" required /> <button>Sign in</button>
      </form>
    </>,
  );
}

/** What went wrong, in a sentence. */
export function issuerErrorPage(sentence: string): string {
  return page('That did not work', <p role="alert">{sentence}</p>);
}

function page(title: string, body: ReactNode): string {
  const html = renderToStaticMarkup(
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{`${title} · Issuer`}</title>
        <link rel="icon" href="data:," />
        <style>
          {'body{font:1rem/1.5 system-ui,sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem}'}
        </style>
      </head>
      <body>
        <main>
          <h1>{title}</h1>
          {body}
        </main>
      </body>
    </html>,
  );
  return `<!doctype html>${html}`;
}
