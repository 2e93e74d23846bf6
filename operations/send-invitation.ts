import { randomBytes } from 'node:crypto';
import type { AuditEntry } from '../store/audit';
import { appendAudit } from '../store/audit';
import type { Store, Tx } from '../store/database';
import { Approval, Element, Invitation, InvitationToken, Team, User } from '../store/models';
import { requesterIdsOf } from '../store/queries/approvers';
import { lockInvitation, OPEN_INVITATION_STATES, ridersOf } from '../store/queries/invitations';
import { lockTeam } from '../store/queries/seats';
import type { ApprovalAt } from './expire-approval';
import { auditAndSeat } from './parts/seat-waiting';
import { invitationEnd } from './parts/start-invitation';
import { byRule, noteOnTimeline } from './parts/timeline';
import { tokenHash } from './parts/token-secret';

/** What the invitation's mail says, and the link's secret: it goes into the mail and nowhere else. */
export interface InvitationMail {
  readonly to: string;
  readonly token: string;
  /** Which mailing this is: the first, or the n-th resend. */
  readonly mailing: number;
  readonly teamName: string;
  readonly requesterNames: readonly string[];
  readonly elementName: string;
  readonly elementType: string;
  readonly message: string | null;
  readonly expiresAt: Date;
}

/**
 * Makes a link for an invitation that waits to be mailed (INVITE-11). Its token is random, stored as a hash; earlier links
 * stay good until the invitation ends.
 * @returns null when there is nothing to mail any more
 */
export async function prepareInvitationMail(store: Store, at: ApprovalAt): Promise<InvitationMail | null> {
  return store.inTeam(at.teamId, async (tx) => {
    const invitation = await lockInvitation(tx, at.approvalId);
    if (invitation === null || !isToBeMailed(invitation)) return null;
    const token = randomBytes(32).toString('base64url');
    await InvitationToken.query(tx).insert({
      hash: tokenHash(token),
      invitationId: invitation.id,
      teamId: at.teamId,
      createdAt: at.asOf,
    });
    return { token, ...(await mailTexts(tx, invitation, at.asOf)) };
  });
}

/**
 * Marks an invitation as mailed; its time runs from now. One that ended meanwhile stays ended, and one that somebody wants
 * sent again since gets that mail, too.
 * @param at.mailing which mailing went out
 */
export async function invitationSent(
  store: Store,
  at: ApprovalAt & { readonly mailing: number },
): Promise<boolean> {
  const cause = byRule('invitation_mail', at.asOf);
  return store.inTeam(at.teamId, async (tx) => {
    const invitation = await lockInvitation(tx, at.approvalId);
    if (invitation === null || !isToBeMailed(invitation) || invitation.mailing !== at.mailing) return false;
    const expiresAt = await invitationEnd(tx, at.approvalId, at.asOf);
    await setState(tx, invitation, { state: 'sent', sentAt: at.asOf, expiresAt });
    await noteOnTimeline(
      tx,
      cause,
      invitation,
      invitation.mailing === 1 ? 'invitation_sent' : 'invitation_resent',
    );
    await appendAudit(tx, at.teamId, cause, [
      entry(invitation, 'team.send_invite', { state: 'sent', mailing: invitation.mailing }),
    ]);
    return true;
  });
}

/** Makes it visible that the mail cannot be sent for now; the seat stays held and sending goes on (INVITE-11). */
export async function invitationFailed(store: Store, at: ApprovalAt): Promise<void> {
  const cause = byRule('invitation_mail', at.asOf);
  await store.inTeam(at.teamId, async (tx) => {
    const invitation = await lockInvitation(tx, at.approvalId);
    if (invitation?.state !== 'sending' || !isToBeMailed(invitation)) return;
    await setState(tx, invitation, { state: 'failed' });
    await noteOnTimeline(tx, cause, invitation, 'invitation_failed');
    await appendAudit(tx, at.teamId, cause, [entry(invitation, 'team.invite_failed', { state: 'failed' })]);
  });
}

/** Ends an invitation whose time is up and gives its seat back. @returns whether it ended now */
export async function expireInvitation(store: Store, at: ApprovalAt): Promise<boolean> {
  const cause = byRule('invitation_expiry', at.asOf);
  return store.inTeam(at.teamId, async (tx) => {
    const team = await lockTeam(tx, at.teamId);
    const invitation = await lockInvitation(tx, at.approvalId);
    if (invitation === null || !hasEnded(invitation, at.asOf) || !isOpen(invitation)) return false;
    await setState(tx, invitation, { state: 'expired', holdsSeat: false, endedAt: at.asOf });
    await noteOnTimeline(tx, cause, invitation, 'invitation_expired');
    await auditAndSeat(tx, team, cause, [entry(invitation, 'team.invite_expired', { state: 'expired' })]);
    return true;
  });
}

/** Whether an invitation has not ended. */
export function isOpen(invitation: Invitation): boolean {
  return (OPEN_INVITATION_STATES as readonly string[]).includes(invitation.state);
}

/**
 * Whether an invitation's time is up. It runs from the approval, anew from each mailing, so that one whose mail never goes
 * out gives its seat back as well; in wait for a seat, which holds none, there is no end.
 */
export function hasEnded({ expiresAt }: Invitation, asOf: Date): boolean {
  return expiresAt !== null && expiresAt.getTime() <= asOf.getTime();
}

/** Sets an invitation's state, and that of the requests that ride on it: they have one fate (INVITE-10). */
export async function setState(tx: Tx, invitation: Invitation, change: Partial<Invitation>): Promise<void> {
  await Invitation.query(tx).findById(invitation.id).patch(change);
  const riders = await ridersOf(tx, invitation.id);
  if (riders.length === 0) return;
  const { holdsSeat: _own, ...shared } = change;
  await Invitation.query(tx)
    .whereIn('id', [...riders])
    .patch(shared);
}

/** A line of the audit log about an invitation. */
export function entry(invitation: Invitation, action: string, after: Record<string, unknown>): AuditEntry {
  return {
    action,
    target: { type: 'invitation', id: invitation.id },
    before: { state: invitation.state },
    after,
  };
}

/** One that rides on another has no mail of its own (INVITE-10). */
function isToBeMailed({ state, carriedBy }: Invitation): boolean {
  return carriedBy === null && (state === 'sending' || state === 'failed');
}

async function mailTexts(tx: Tx, invitation: Invitation, asOf: Date): Promise<Omit<InvitationMail, 'token'>> {
  const approval = await Approval.query(tx).findById(invitation.id).throwIfNotFound();
  const team = await Team.query(tx).findById(invitation.teamId).throwIfNotFound();
  const element = await Element.query(tx).findById(approval.elementId).throwIfNotFound();
  const requesters = await User.query(tx).whereIn('id', [...(await requesterIdsOf(tx, approval.id))]);
  return {
    to: invitation.email,
    mailing: invitation.mailing,
    teamName: team.name,
    requesterNames: requesters.map(({ name }) => name),
    elementName: element.name,
    elementType: element.type,
    message: approval.reason,
    expiresAt: await invitationEnd(tx, invitation.id, asOf),
  };
}
