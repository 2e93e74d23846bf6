import type { ReactNode } from 'react';
import type { RecipientOutcome } from '../../operations/share-element';

const REFUSED: Readonly<Record<string, string>> = {
  no_seats: 'the team has no free seat',
  unknown_group: 'there is no such group in the team',
  unknown_person: 'nobody in the team has this name',
  ambiguous_name: 'several in the team have this name: use the e-mail address',
};

/** What a share came to, by recipient (SHARE-1). */
export function ShareOutcomes({ recipients }: { recipients: readonly RecipientOutcome[] }): ReactNode {
  return (
    <div role="status">
      <h2>What came of it</h2>
      <ul className="requests">
        {recipients.map((one, index) => (
          <li key={index}>
            <strong>{one.recipient['email'] ?? one.recipient['name'] ?? 'Somebody'}</strong>
            <span>{sentenceOf(one)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function sentenceOf({ outcome, role, inviteId, code }: RecipientOutcome): ReactNode {
  switch (outcome) {
    case 'shared':
      return `has the role ${role ?? 'viewer'} now and is told`;
    case 'already_has_access':
      return 'had this access already';
    case 'invited':
      return inviteId === null ? (
        'is invited by mail'
      ) : (
        <a href={`/approvals/${inviteId}`}>is invited by mail</a>
      );
    case 'pending_approval':
      return inviteId === null ? (
        'waits for a Team Admin'
      ) : (
        <a href={`/approvals/${inviteId}`}>waits for a Team Admin</a>
      );
    case 'refused':
      return `refused: ${REFUSED[code ?? ''] ?? 'not possible'}`;
  }
}
