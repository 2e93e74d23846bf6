import type { Cause } from '../../domain/actor';
import type { CloseReason } from '../../domain/approval';
import type { GuestLoss } from '../../domain/guest-cascade';
import type { AuditEntry } from '../../store/audit';
import type { Tx } from '../../store/database';
import { Approval, ApprovalGrant, Invitation } from '../../store/models';
import { accessRequestsFor } from '../../store/queries/guests';
import { noteOnTimeline } from './timeline';

/** What closing did: requests whose workflows have to hear of it after the commit, and lines for the audit log. */
export interface Closing {
  readonly changed: readonly string[];
  readonly audit: readonly AuditEntry[];
}

/** Nothing pending was touched. */
export const NOTHING_CLOSED: Closing = { changed: [], audit: [] };

/**
 * Closes the pending requests that ask for elements which go (INVITE-12). A merged request that asks for others too goes
 * on with those, under a new revision.
 */
export async function closeForElements(
  tx: Tx,
  cause: Cause,
  teamId: string,
  elementIds: readonly string[],
  reason: Extract<CloseReason, 'element_gone' | 'workspace_gone'>,
): Promise<Closing> {
  const touched = await pendingWith(tx, teamId, (grants) => void grants.whereIn('elementId', elementIds));
  const gone = (grant: ApprovalGrant): boolean => elementIds.includes(grant.elementId);
  return together(await eachOf(touched, (approval) => dropGrants(tx, cause, approval, gone, reason)));
}

/**
 * Closes what hangs on somebody who leaves the team (INVITE-12, GUEST-7): requests that they made (of a merged one only
 * their part), requests for them, and an invitation of theirs that is still open. Invitations sent on their word stay.
 */
export async function closeForPerson(
  tx: Tx,
  cause: Cause,
  teamId: string,
  person: { readonly id: string; readonly email: string },
): Promise<Closing> {
  const asked = await pendingWith(tx, teamId, (grants) => void grants.where({ requesterId: person.id }));
  const theirs = (grant: ApprovalGrant): boolean => grant.requesterId === person.id;
  const dropped = await eachOf(asked, (approval) =>
    dropGrants(tx, cause, approval, theirs, 'requester_gone'),
  );
  const about = await Approval.query(tx)
    .where({ teamId, state: 'pending' })
    .where((by) => void by.where({ subjectUserId: person.id }).orWhere({ email: person.email }))
    .orderBy('id')
    .forNoKeyUpdate();
  const closed = await eachOf(about, (approval) => close(tx, cause, approval, 'subject_gone'));
  const cancelled = await cancelOpenInvitations(tx, cause, teamId, person.email);
  return together([...dropped, ...closed, cancelled]);
}

/**
 * Closes what guests who stay in the team asked, or others for them, on collections that they lose: there is nothing left of which
 * they could become Editor (INVITE-12, GUEST-6). Call it after the change itself, which may close some for a reason of its own.
 */
export async function closeForLosses(
  tx: Tx,
  cause: Cause,
  teamId: string,
  losses: readonly GuestLoss[],
): Promise<Closing> {
  const ids = await accessRequestsFor(tx, teamId, losses);
  const moot = await Approval.query(tx)
    .findByIds([...ids])
    .orderBy('id')
    .forNoKeyUpdate();
  return together(await eachOf(moot, (approval) => close(tx, cause, approval, 'subject_gone')));
}

async function pendingWith(
  tx: Tx,
  teamId: string,
  which: (grants: ReturnType<typeof ApprovalGrant.query>) => void,
): Promise<Approval[]> {
  const grants = ApprovalGrant.query(tx).where({ teamId }).select('approvalId');
  which(grants);
  // Rows are locked in the order of their ids, so that two such closings never wait for each other.
  return Approval.query(tx)
    .where({ teamId, state: 'pending' })
    .whereIn('id', grants)
    .orderBy('id')
    .forNoKeyUpdate();
}

async function dropGrants(
  tx: Tx,
  cause: Cause,
  approval: Approval,
  gone: (grant: ApprovalGrant) => boolean,
  reason: CloseReason,
): Promise<Closing> {
  const grants = await ApprovalGrant.query(tx).where({ approvalId: approval.id }).orderBy('shareId');
  const left = grants.filter((grant) => !gone(grant));
  const [head] = left;
  if (head === undefined) return close(tx, cause, approval, reason);
  for (const grant of grants.filter(gone)) await grant.$query(tx).delete();
  const headGone = !left.some((grant) => grant.elementId === approval.elementId);
  const requestedRole = left.some((grant) => grant.role === 'editor') ? 'editor' : 'viewer';
  const revision = approval.revision + 1;
  await Approval.query(tx)
    .findById(approval.id)
    .patch({
      revision,
      requestedRole,
      ...(headGone ? { elementId: head.elementId } : {}),
    });
  await noteOnTimeline(tx, cause, approval, 'reduced', { reason, revision });
  return {
    changed: [approval.id],
    audit: [
      {
        action: 'approval.reduced',
        target: { type: 'approval', id: approval.id },
        before: { revision: approval.revision, requests: grants.length },
        after: { revision, requests: left.length, reason },
      },
    ],
  };
}

async function close(tx: Tx, cause: Cause, approval: Approval, closeReason: CloseReason): Promise<Closing> {
  await Approval.query(tx).findById(approval.id).patch({ state: 'closed', closeReason });
  await noteOnTimeline(tx, cause, approval, 'closed', { reason: closeReason });
  return {
    changed: [approval.id],
    audit: [
      {
        action: 'approval.closed',
        target: { type: 'approval', id: approval.id },
        before: { state: 'pending' },
        after: { state: 'closed', closeReason },
      },
    ],
  };
}

async function cancelOpenInvitations(tx: Tx, cause: Cause, teamId: string, email: string): Promise<Closing> {
  const open = await Invitation.query(tx)
    .where({ teamId, email })
    .whereIn('state', ['sending', 'waiting_for_seat', 'sent', 'failed'])
    .orderBy('id')
    .forNoKeyUpdate();
  const closings = await eachOf(open, async (invitation): Promise<Closing> => {
    await Invitation.query(tx)
      .findById(invitation.id)
      .patch({ state: 'cancelled', holdsSeat: false, endedAt: cause.asOf });
    await noteOnTimeline(tx, cause, invitation, 'invitation_cancelled', { reason: 'subject_gone' });
    return {
      changed: [invitation.id],
      audit: [
        {
          action: 'team.cancel_invite',
          target: { type: 'invitation', id: invitation.id },
          before: { state: invitation.state },
          after: { state: 'cancelled' },
        },
      ],
    };
  });
  return together(closings);
}

async function eachOf<T>(rows: readonly T[], work: (row: T) => Promise<Closing>): Promise<Closing[]> {
  const closings: Closing[] = [];
  // One after the other: they share the transaction's one connection.
  for (const row of rows) closings.push(await work(row));
  return closings;
}

function together(closings: readonly Closing[]): Closing {
  return {
    changed: closings.flatMap((closing) => closing.changed),
    audit: closings.flatMap((closing) => closing.audit),
  };
}
