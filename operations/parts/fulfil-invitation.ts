import type { Cause } from '../../domain/actor';
import type { AuditEntry } from '../../store/audit';
import type { Tx } from '../../store/database';
import { Approval, type Invitation } from '../../store/models';
import { openInvitation, ridersOf } from '../../store/queries/invitations';
import { entry, hasEnded, setState } from '../send-invitation';
import { applyGrants } from './apply-grants';
import { noteOnTimeline } from './timeline';

/** Invitations that are done, with what rode on them, and lines for the audit log. */
export interface Fulfilled {
  readonly ids: readonly string[];
  readonly audit: readonly AuditEntry[];
}

/**
 * Gives somebody who is a member now all element and workspace roles of an invitation and of the requests that ride on
 * it, and ends these; the seat that was held is the member's own from here on (INVITE-11, TEAM-4).
 * @param invitation locked, and open
 * @param how what the timeline says of it
 */
export async function fulfil(
  tx: Tx,
  cause: Cause,
  invitation: Invitation,
  userId: string,
  how: Record<string, unknown> = {},
): Promise<Fulfilled> {
  // Before the state is set: what rode on the invitation until now comes in with it.
  const ids = [invitation.id, ...(await ridersOf(tx, invitation.id))];
  await setState(tx, invitation, {
    state: 'accepted',
    holdsSeat: false,
    acceptedAt: cause.asOf,
    acceptedBy: userId,
    endedAt: cause.asOf,
  });
  const grants = await applyGrants(tx, cause, ids, userId);
  await noteOnTimeline(tx, cause, invitation, 'accepted', how);
  return { ids, audit: [entry(invitation, 'team.accept_invite', { state: 'accepted' }), ...grants] };
}

/** The open invitation of somebody who is about to become a member by another way, locked; null for none. */
export async function invitationOfJoiner(
  tx: Tx,
  asOf: Date,
  teamId: string,
  email: string,
): Promise<Invitation | null> {
  const open = await openInvitation(tx, teamId, email);
  // One whose time is up is over, whatever its run has done: nothing of it is due any more.
  return open === null || hasEnded(open, asOf) ? null : open;
}

/**
 * Ends the invitation of somebody who became a member by another way: they have what was granted at once, and the link
 * answers that it is used. Its runs are told of it by the rows, should the call that follows the commit be lost.
 */
export async function fulfilByJoining(
  tx: Tx,
  cause: Cause,
  invitation: Invitation | null,
  userId: string,
): Promise<Fulfilled> {
  if (invitation === null) return { ids: [], audit: [] };
  const fulfilled = await fulfil(tx, cause, invitation, userId, { added: true });
  await Approval.query(tx)
    .whereIn('id', [...fulfilled.ids])
    .patch({ untoldSince: cause.asOf });
  return fulfilled;
}
