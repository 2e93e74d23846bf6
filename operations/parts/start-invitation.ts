import type { Cause } from '../../domain/actor';
import { storedDurationMs } from '../../domain/duration';
import { seatKind } from '../../domain/seats';
import type { AuditEntry } from '../../store/audit';
import type { Tx } from '../../store/database';
import { Approval, Invitation, Member, User } from '../../store/models';
import { openInvitation } from '../../store/queries/invitations';
import { applyGrants } from './apply-grants';

/** What an approval led to at once, for the audit log. */
export interface Started {
  readonly audit: readonly AuditEntry[];
}

/**
 * What follows an approval in the same transaction (INVITE-10, INVITE-11): an invitation that holds its seat and waits to
 * be mailed; or a ride on the invitation that the person has already; or, when they joined meanwhile, the roles at once.
 */
export async function startInvitation(tx: Tx, cause: Cause, approval: Approval): Promise<Started> {
  const { id, teamId, email, teamRole } = approval;
  if (teamRole === null) throw new RangeError(`invite ${id} has no team role`);
  const common = { id, teamId, email, teamRole, createdAt: cause.asOf };
  const member = await memberByEmail(tx, teamId, email);
  if (member !== null) {
    await Invitation.query(tx).insert({
      ...common,
      state: 'accepted',
      holdsSeat: false,
      acceptedAt: cause.asOf,
      acceptedBy: member,
      endedAt: cause.asOf,
    });
    return { audit: await applyGrants(tx, cause, [id], member) };
  }
  const open = await openInvitation(tx, teamId, email);
  if (open !== null) {
    await Invitation.query(tx).insert({ ...common, state: open.state, carriedBy: open.id, holdsSeat: false });
    return { audit: [] };
  }
  await Invitation.query(tx).insert({
    ...common,
    state: 'sending',
    expiresAt: await invitationEnd(tx, id, cause.asOf),
    holdsSeat: seatKind([teamRole]) !== 'guest',
  });
  return { audit: [] };
}

/** When an invitation ends whose time starts now, by the policy of its request (INVITE-11, INVITE-13). */
export async function invitationEnd(tx: Tx, approvalId: string, asOf: Date): Promise<Date> {
  const { policy } = await Approval.query(tx).findById(approvalId).throwIfNotFound();
  return new Date(asOf.getTime() + storedDurationMs(policy.invitationExpiry));
}

/** The account of somebody who is in the team other than as a guest, by their address, or null. */
export async function memberByEmail(tx: Tx, teamId: string, email: string): Promise<string | null> {
  const user = await User.query(tx).findOne({ email });
  if (user === undefined) return null;
  const member = await Member.query(tx).findById([teamId, user.id]);
  return member === undefined || member.roles.includes('guest') ? null : user.id;
}
