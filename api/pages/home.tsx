import type { ReactNode } from 'react';
import { sentencesOf } from '../../domain/asking';
import type { ApprovalView } from '../../store/queries/approval-view';
import { deciderName } from './approval';
import { When } from './layout';

/** An invitation to the person. Its link is in their mail alone. */
export interface OpenInvitation {
  readonly id: string;
  readonly teamName: string;
  readonly sentAt: Date | null;
  readonly expiresAt: Date | null;
}

/** What waits for the person, and what they asked for. */
export function Home(props: {
  name: string;
  email: string;
  waiting: readonly ApprovalView[];
  mine: readonly ApprovalView[];
  invitations: readonly OpenInvitation[];
}): ReactNode {
  const { name, email, waiting, mine, invitations } = props;
  return (
    <>
      <h1>Hello, {name}</h1>
      {invitations.length === 0 ? null : (
        <>
          <h2>You are invited</h2>
          <ul className="requests">
            {invitations.map(({ id, teamName, sentAt, expiresAt }) => (
              <li key={id}>
                <strong>{teamName}</strong>
                <small>
                  Open the link that was mailed to {email}
                  {sentAt === null ? null : (
                    <>
                      {' on '}
                      <When at={sentAt} />
                    </>
                  )}
                  {expiresAt === null ? null : (
                    <>
                      {', until '}
                      <When at={expiresAt} />
                    </>
                  )}
                </small>
              </li>
            ))}
          </ul>
        </>
      )}
      <h2>Waiting for you</h2>
      <Requests requests={waiting} none="Nothing waits for your decision." />
      <h2>Your requests</h2>
      <Requests
        requests={mine}
        none="You asked for nothing yet. Share a collection with somebody outside your team, or ask to edit one."
      />
    </>
  );
}

function Requests({ requests, none }: { requests: readonly ApprovalView[]; none: string }): ReactNode {
  if (requests.length === 0) return <p className="empty">{none}</p>;
  return (
    <ul className="requests">
      {requests.map((request) => (
        <li key={request.id}>
          <a href={`/approvals/${request.id}`}>{sentencesOf(request).matter(request)}</a>
          <span className={`state ${request.state}`}>{request.invitation ?? request.state}</span>
          <small>
            asked by {request.requester?.name ?? 'a service'}, <Standing request={request} />
          </small>
        </li>
      ))}
    </ul>
  );
}

/** Until when it waits, or since when it does no more. */
function Standing({ request }: { request: ApprovalView }): ReactNode {
  const { state, decidedBy, decidedAt, endedAt, expiresAt } = request;
  if (state === 'pending') {
    return (
      <>
        until <When at={expiresAt} />
      </>
    );
  }
  const by = decidedBy === null ? '' : `by ${deciderName(decidedBy)} `;
  return (
    <>
      settled {by}on <When at={decidedAt ?? endedAt ?? expiresAt} />
    </>
  );
}
