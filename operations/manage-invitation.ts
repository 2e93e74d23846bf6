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
import { invitationEnd } from './parts/start-invitation';
import { requirePerson } from './parts/caller-rights';
import { auditAndSeat, seatFree } from './parts/seat-waiting';
import { noteOnTimeline } from './parts/timeline';
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
    const team = await lockTeam(tx, input.teamId);
    const invitation = await lockInvitation(tx, input.invitationId);
    if (invitation === null || !(await mayManage(tx, cause, invitation))) return 'forbidden';
    if (invitation.state === 'accepted') return 'already_accepted';
    if (invitation.state === 'expired' || invitation.state === 'cancelled') return invitation.state;
    await setState(tx, invitation, { state: 'cancelled', holdsSeat: false, endedAt: cause.asOf });
    await noteOnTimeline(tx, cause, invitation, 'invitation_cancelled');
    await auditAndSeat(tx, team, cause, [entry(invitation, 'team.cancel_invite', { state: 'cancelled' })]);
    return 'cancelled';
  });
}

/**
 * Has an open invitation mailed again: same identity, its time starts anew, and earlier links stay
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
      expiresAt: await invitationEnd(tx, invitation.id, cause.asOf),
    });
    await appendAudit(tx, input.teamId, cause, [
      entry(invitation, 'team.resend_invite', { state: 'sending', mailing: invitation.mailing + 1 }),
    ]);
    return 'sending';
  });
}

/**
 * Looks whether seats are free for invitations that wait for one, whoever waits longest first (INVITE-2). One that rides
 * on another waits for that one's (INVITE-10).
 * @returns ids of those that go on, with what rides on them
 */
export async function takeWaitingSeats(
  store: Store,
  { teamId, asOf }: Pick<ApprovalAt, 'teamId' | 'asOf'>,
): Promise<readonly string[]> {
  return store.inTeam(teamId, async (tx) => auditAndSeat(tx, await lockTeam(tx, teamId), seatFree(asOf), []));
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
