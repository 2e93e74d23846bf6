import type { ReactNode } from 'react';
import type { ApprovalView } from '../../store/queries/approval-view';
import type { HeldInvitation } from '../accepting';
import { Csrf, When } from './layout';

/** Who invites to which team, and the button that accepts. */
export function InvitationPage({
  csrf,
  held,
  view,
  action,
}: {
  csrf: string;
  held: HeldInvitation;
  view: ApprovalView;
  action: string;
}): ReactNode {
  const { teamName, invitation } = held;
  const who = view.requesters.map(({ name }) => name).join(', ') || teamName;
  return (
    <>
      <h1>Join {teamName}</h1>
      <p>
        {who} shares the {view.element.type} “{view.element.name}” with you and invites you to the team{' '}
        <strong>{teamName}</strong> as {invitation.teamRole.replaceAll('_', ' ')}.
      </p>
      {view.reason === null ? null : <blockquote className="typed">{view.reason}</blockquote>}
      {invitation.state === 'accepted' ? (
        <p>
          It was accepted. <a href={`/e/${view.element.id}`}>Open “{view.element.name}”</a>
        </p>
      ) : (
        <form method="post" action={action}>
          <Csrf csrf={csrf} />
          {invitation.state === 'waiting_for_seat' ? (
            <p role="status">
              The team had no free seat. You get a new mail as soon as there is one; you can also try again.
            </p>
          ) : null}
          <button autoFocus>Accept and join</button>
          {invitation.expiresAt === null ? null : (
            <p>
              <small>
                Open until <When at={invitation.expiresAt} />.
              </small>
            </p>
          )}
        </form>
      )}
    </>
  );
}

/** The invitation is for another address than the one signed in. */
export function WrongAccount({
  csrf,
  email,
  returnTo,
}: {
  csrf: string;
  email: string;
  returnTo: string;
}): ReactNode {
  return (
    <>
      <h1>Another account is invited</h1>
      <p role="alert">
        You are signed in as <strong>{email}</strong>, and this invitation went to another address.
      </p>
      <form method="post" action="/auth/signout">
        <Csrf csrf={csrf} />
        <input type="hidden" name="returnTo" value={returnTo} />
        <button>Sign out and use the other address</button>
      </form>
    </>
  );
}
