import type { ReactNode } from 'react';
import { Csrf } from './layout';

/** Asks for the address that a link goes to. */
export function SignIn({
  csrf,
  returnTo,
  why,
}: {
  csrf: string;
  returnTo: string | null;
  why: string | null;
}): ReactNode {
  return (
    <>
      <h1>Sign in</h1>
      {why === null ? null : <p>{why}</p>}
      <form method="post" action="/auth/email">
        <Csrf csrf={csrf} />
        {returnTo === null ? null : <input type="hidden" name="returnTo" value={returnTo} />}
        <label htmlFor="email">E-mail address</label>
        <input id="email" name="email" type="email" autoComplete="email" required autoFocus />
        <button>Send me a link</button>
      </form>
    </>
  );
}

/** Says that a link is on its way, whoever asked. */
export function LinkSent({ email }: { email: string }): ReactNode {
  return (
    <>
      <h1>Look into your mail</h1>
      <p>
        If <strong>{email}</strong> can get mail, a link to sign in is on its way. It works once, for 15
        minutes.
      </p>
    </>
  );
}

/** The page behind a mailed link: the button signs in, so that a mail scanner that opens the link does not. */
export function UseLink({ csrf, email, action }: { csrf: string; email: string; action: string }): ReactNode {
  return (
    <>
      <h1>Sign in as {email}?</h1>
      <form method="post" action={action}>
        <Csrf csrf={csrf} />
        <button autoFocus>Sign in</button>
      </form>
    </>
  );
}
