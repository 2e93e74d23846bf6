import type { ReactNode } from 'react';
import type { TeamWithIssuer } from '../../operations/issuer-sign-in';
import { Csrf } from './layout';

/** Where signing in through a team's issuer begins. */
export function ssoUrl({ slug }: Pick<TeamWithIssuer, 'slug'>, returnTo: string | null): string {
  return `/auth/sso/${slug}${returnTo === null ? '' : `?returnTo=${encodeURIComponent(returnTo)}`}`;
}

/** The way to a team's issuer: a link, since the page's policy stops a form's redirect to another site. */
export function ByIssuer({ team, returnTo }: { team: TeamWithIssuer; returnTo: string | null }): ReactNode {
  return (
    <p>
      <a className="button" href={ssoUrl(team, returnTo)}>
        Sign in through {team.name}
      </a>
    </p>
  );
}

/** The team lets people in through its own issuer alone. */
export function IssuerFirst({ team, returnTo }: { team: TeamWithIssuer; returnTo: string }): ReactNode {
  return (
    <>
      <h1>Sign in through {team.name}</h1>
      <p role="alert">{team.name} lets people in who sign in there. You come back here afterwards.</p>
      <ByIssuer team={team} returnTo={returnTo} />
    </>
  );
}

/** The issuer's word is not enough for this address. */
export function OneMoreStep({ email, teamName }: { email: string; teamName: string }): ReactNode {
  return (
    <>
      <h1>One more step</h1>
      <p>
        {teamName} cannot vouch for <strong>{email}</strong> alone. A link is on its way to that address: open
        it in this browser, within 15 minutes, and you are in.
      </p>
    </>
  );
}

/** Asks for the address that a link goes to. */
export function SignIn({
  csrf,
  returnTo,
  why,
  team,
}: {
  csrf: string;
  returnTo: string | null;
  why: string | null;
  team: TeamWithIssuer | null;
}): ReactNode {
  return (
    <>
      <h1>Sign in</h1>
      {why === null ? null : <p>{why}</p>}
      {team === null ? null : <ByIssuer team={team} returnTo={returnTo} />}
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

/** Says that a link is on its way, whoever asked, and which teams people of the address's domain sign in through. */
export function LinkSent({
  email,
  teams,
  returnTo,
}: {
  email: string;
  teams: readonly TeamWithIssuer[];
  returnTo: string | null;
}): ReactNode {
  return (
    <>
      <h1>Look into your mail</h1>
      <p>
        If <strong>{email}</strong> can get mail, a link to sign in is on its way. It works once, for 15
        minutes.
      </p>
      {teams.map((team) => (
        <ByIssuer key={team.slug} team={team} returnTo={returnTo} />
      ))}
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
