import type { Cause } from '../domain/actor';
import { isTeamAdmin } from '../domain/approval';
import { appendAudit } from '../store/audit';
import type { Store, Tx } from '../store/database';
import type { Invitation } from '../store/models';
import { teamRolesOf } from '../store/queries/access';
import { isRequester } from '../store/queries/approval-access';
import { lockCarrier, lockInvitation } from '../store/queries/invitations';
import { lockTeam } from '../store/queries/seats';
import type { ApprovalAt } from './expire-approval';
import { requirePerson } from './parts/caller-rights';
import { hasRoom } from './parts/join-team';
import { byRule, noteOnTimeline } from './parts/timeline';
import { entry, hasEnded, setState } from './send-invitation';

interface Addressed {
  readonly invitationId: string;
  readonly teamId: string;
}

/** What became of a cancellation. */
export type CancelOutcome = 'cancelled' | 'already_accepted' | 'expired' | 'forbidden';

/** What became of a wish to send again. */
export type ResendOutcome =
  'sending' | 'already_accepted' | 'cancelled' | 'expired' | 'waiting_for_seat' | 'forbidden';

/** Takes an invitation back: its links stop working and its seat is free (INVITE-11). For requesters and Team Admins. */
export async function cancelInvitation(store: Store, cause: Cause, input: Addressed): Promise<CancelOutcome> {
  return store.inTeam(input.teamId, async (tx) => {
    const invitation = await lockInvitation(tx, input.invitationId);
    if (invitation === null || !(await mayManage(tx, cause, invitation))) return 'forbidden';
    if (invitation.state === 'accepted') return 'already_accepted';
    if (invitation.state === 'expired' || invitation.state === 'cancelled') return invitation.state;
    await setState(tx, invitation, { state: 'cancelled', holdsSeat: false, endedAt: cause.asOf });
    await noteOnTimeline(tx, cause, invitation, 'invitation_cancelled');
    await appendAudit(tx, input.teamId, cause, [
      entry(invitation, 'team.cancel_invite', { state: 'cancelled' }),
    ]);
    return 'cancelled';
  });
}

/**
 * Has an open invitation mailed again: same identity, its time starts anew when the mail is out, and earlier links stay
 * good (INVITE-11). One that rides on another goes out with that one. For requesters and Team Admins.
 */
export async function resendInvitation(store: Store, cause: Cause, input: Addressed): Promise<ResendOutcome> {
  return store.inTeam(input.teamId, async (tx) => {
    const invitation = await lockCarrier(tx, input.invitationId);
    const asked = { id: input.invitationId, teamId: input.teamId };
    if (invitation === null || !(await mayManage(tx, cause, asked))) return 'forbidden';
    if (invitation.state === 'accepted') return 'already_accepted';
    if (invitation.state === 'expired' || invitation.state === 'cancelled') return invitation.state;
    if (invitation.state === 'waiting_for_seat') return 'waiting_for_seat';
    if (hasEnded(invitation, cause.asOf)) return 'expired';
    await setState(tx, invitation, {
      state: 'sending',
      mailing: invitation.mailing + 1,
      expiresAt: null,
    });
    await appendAudit(tx, input.teamId, cause, [
      entry(invitation, 'team.resend_invite', { state: 'sending', mailing: invitation.mailing + 1 }),
    ]);
    return 'sending';
  });
}

/**
 * An invitation that waits for a seat takes one that is free and is mailed again (INVITE-2). One that rides on another
 * waits for that one's (INVITE-10).
 * @returns whether it took one
 */
export async function takeWaitingSeat(store: Store, at: ApprovalAt): Promise<boolean> {
  const cause = byRule('seat_free', at.asOf);
  return store.inTeam(at.teamId, async (tx) => {
    const team = await lockTeam(tx, at.teamId);
    const invitation = await lockInvitation(tx, at.approvalId);
    if (invitation?.state !== 'waiting_for_seat' || invitation.carriedBy !== null) return false;
    if (!(await hasRoom(tx, team, [invitation.teamRole]))) return false;
    const change = { state: 'sending', holdsSeat: true, mailing: invitation.mailing + 1 } as const;
    await setState(tx, invitation, change);
    await appendAudit(tx, at.teamId, cause, [entry(invitation, 'team.invite_takes_seat', change)]);
    return true;
  });
}

async function mayManage(
  tx: Tx,
  cause: Cause,
  invitation: Pick<Invitation, 'id' | 'teamId'>,
): Promise<boolean> {
  const userId = requirePerson(cause.actor);
  if (isTeamAdmin(await teamRolesOf(tx, invitation.teamId, userId))) return true;
  return isRequester(tx, invitation.id, userId);
}
