import { v7 as uuid } from 'uuid';
import type { Cause } from '../domain/actor';
import { policyOf } from '../domain/policy';
import { mustUseIssuer } from '../domain/single-sign-on';
import { appendAudit, type AuditEntry } from '../store/audit';
import type { Store, Tx } from '../store/database';
import { User, type Invitation, type Team } from '../store/models';
import { lockCarrier, lockInvitation } from '../store/queries/invitations';
import { lockTeam } from '../store/queries/seats';
import { requirePerson } from './parts/caller-rights';
import { fulfil } from './parts/fulfil-invitation';
import { hasRoom, joinTeam } from './parts/join-team';
import { auditAndSeat, seatFree, seatWaiting } from './parts/seat-waiting';
import { settleBefore } from './parts/settle-losses';
import { memberByEmail } from './parts/start-invitation';
import { noteOnTimeline } from './parts/timeline';
import { entry, hasEnded, setState } from './send-invitation';

/** What became of an acceptance. */
export type AcceptOutcome =
  'accepted' | 'already_accepted' | 'no_seats' | 'expired' | 'cancelled' | 'wrong_account' | 'sso_required';

/**
 * The invited person joins (INVITE-11): member with the team role, all element and workspace roles of this invitation and
 * of the requests that ride on it, in one transaction. Without a seat the invitation waits for one (INVITE-2). Where the
 * team has an issuer, only a session that it made joins (TEAM-7).
 */
export async function acceptInvitation(
  store: Store,
  cause: Cause,
  { invitationId, teamId }: { readonly invitationId: string; readonly teamId: string },
): Promise<AcceptOutcome> {
  const userId = requirePerson(cause.actor);
  const through = cause.actor.type === 'person' ? (cause.actor.ssoTeamId ?? null) : null;
  await settleBefore(store, { teamId, userId, asOf: cause.asOf });
  return store.inTeam(teamId, async (tx) => {
    const team = await lockTeam(tx, teamId);
    const held = await lockCarrier(tx, invitationId);
    const user = await User.query(tx).findById(userId).throwIfNotFound();
    if (held === null || held.email !== user.email) return 'wrong_account';
    // Free seats go to whoever waits longest, not to whoever clicks first.
    const seated =
      held.state === 'waiting_for_seat' ? await seatWaiting(tx, team, cause.asOf) : { audit: [] };
    const invitation = (await lockInvitation(tx, held.id)) ?? held;
    if (invitation.state === 'accepted') return 'already_accepted';
    if (invitation.state === 'cancelled' || invitation.state === 'expired') return invitation.state;
    if (hasEnded(invitation, cause.asOf)) return 'expired';
    const isMember = (await memberByEmail(tx, teamId, user.email)) !== null;
    if (!isMember && mustUseIssuer(team, 'member', policyOf(team.policy).guestsNeedSso, through)) {
      return 'sso_required';
    }
    if (!isMember && !(await hasRoom(tx, team, [invitation.teamRole], invitation.id))) {
      await waitForSeat(tx, cause, invitation);
      await appendAudit(tx, teamId, seatFree(cause.asOf), seated.audit);
      return 'no_seats';
    }
    const joined = isMember ? [] : await join(tx, cause, team, invitation, userId);
    const fulfilled = await fulfil(tx, cause, invitation, userId);
    // The seat that it held may be one too many: who was a member took none.
    await auditAndSeat(tx, team, cause, [...joined, ...fulfilled.audit]);
    await appendAudit(tx, teamId, seatFree(cause.asOf), seated.audit);
    return 'accepted';
  });
}

async function waitForSeat(tx: Tx, cause: Cause, invitation: Invitation): Promise<void> {
  if (invitation.state === 'waiting_for_seat') return;
  await setState(tx, invitation, { state: 'waiting_for_seat', holdsSeat: false, expiresAt: null });
  await noteOnTimeline(tx, cause, invitation, 'waiting_for_seat');
  await appendAudit(tx, invitation.teamId, cause, [
    entry(invitation, 'team.invite_waits_for_seat', { state: 'waiting_for_seat' }),
  ]);
}

async function join(
  tx: Tx,
  cause: Cause,
  team: Team,
  invitation: Invitation,
  userId: string,
): Promise<readonly AuditEntry[]> {
  const roles = [invitation.teamRole];
  await joinTeam(tx, team, { userId, roles, workspaceId: uuid(), asOf: cause.asOf });
  return [
    {
      action: 'team.add_member',
      target: { type: 'user', id: userId },
      after: { roles, invitationId: invitation.id },
    },
  ];
}
