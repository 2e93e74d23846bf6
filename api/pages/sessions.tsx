import type { ReactNode } from 'react';
import type { SignedInBrowser } from '../../store/queries/sessions';
import { Csrf, When } from './layout';

/** The browsers in which somebody is signed in, each with a button that signs it out. */
export function SessionsPage({
  csrf,
  sessions,
  current,
}: {
  csrf: string;
  sessions: readonly SignedInBrowser[];
  current: string | null;
}): ReactNode {
  return (
    <>
      <h1>Where you are signed in</h1>
      <ul className="requests">
        {sessions.map(({ id, agent, signedInAt, ssoTeamId }) => (
          <li key={id}>
            <strong>{agent === '' ? 'A browser that does not say what it is' : agent}</strong>
            <small>
              {ssoTeamId === null ? 'by e-mail' : 'through the team’s single sign-on'}, since{' '}
              <When at={signedInAt} />
              {id === current ? ' · this browser' : ''}
            </small>
            <form method="post" action={`/sessions/${id}/end`}>
              <Csrf csrf={csrf} />
              <button className="quiet">Sign out{id === current ? ' here' : ' there'}</button>
            </form>
          </li>
        ))}
      </ul>
    </>
  );
}
