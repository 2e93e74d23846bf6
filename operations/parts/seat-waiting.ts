import type { Cause } from '../../domain/actor';
import { appendAudit, type AuditEntry } from '../../store/audit';
import type { Tx } from '../../store/database';
import { ApprovalEvent, Invitation, type Team } from '../../store/models';
import { ridersOf } from '../../store/queries/invitations';
import { hasRoom } from './join-team';
import { invitationEnd } from './start-invitation';
import { byRule, noteOnTimeline } from './timeline';

/** Invitations that go on, with what rides on them, and lines for the audit log under {@link seatFree}. */
export interface Seated {
  readonly ids: readonly string[];
  readonly audit: readonly AuditEntry[];
}

/**
 * Gives the seats that are free to invitations that wait for one, whoever waits longest first, and has them mailed again
 * (INVITE-2). Called in each transaction that may free a seat, so that nobody who comes later is faster.
 * @param team the team's row as it is now, locked
 */
export async function seatWaiting(tx: Tx, team: Team, asOf: Date): Promise<Seated> {
  const { id: teamId } = team;
  const waiting = await longestFirst(tx, teamId);
  const cause = seatFree(asOf);
  const seated: string[] = [];
  const audit: AuditEntry[] = [];
  for (const { id } of waiting) {
    const invitation = await Invitation.query(tx).findById(id).forNoKeyUpdate().throwIfNotFound();
    if (invitation.state !== 'waiting_for_seat') continue;
    if (!(await hasRoom(tx, team, [invitation.teamRole]))) continue;
    const riders = await ridersOf(tx, id);
    const expiresAt = await invitationEnd(tx, id, asOf);
    const change = { state: 'sending', mailing: invitation.mailing + 1, expiresAt } as const;
    await Invitation.query(tx)
      .findById(id)
      .patch({ ...change, holdsSeat: true });
    await Invitation.query(tx)
      .whereIn('id', [...riders])
      .patch(change);
    await noteOnTimeline(tx, cause, invitation, 'seat_taken');
    audit.push({
      action: 'team.invite_takes_seat',
      target: { type: 'invitation', id },
      before: { state: invitation.state },
      after: { state: 'sending', holdsSeat: true, mailing: change.mailing },
    });
    seated.push(id, ...riders);
  }
  return { ids: seated, audit };
}

/**
 * As {@link seatWaiting}, for the end of a transaction that may have freed a seat: writes the audit lines of the cause,
 * then those of the seats. The audit head is locked last, after the invitations.
 * @returns ids of the invitations that go on, and of what rides on them: their runs hear of it after the commit
 */
export async function auditAndSeat(
  tx: Tx,
  team: Team,
  cause: Cause,
  entries: readonly AuditEntry[],
): Promise<readonly string[]> {
  const { ids, audit } = await seatWaiting(tx, team, cause.asOf);
  await appendAudit(tx, team.id, cause, entries);
  await appendAudit(tx, team.id, seatFree(cause.asOf), audit);
  return ids;
}

/** The rule that gives seats to those who wait. */
export function seatFree(asOf: Date): Cause {
  return byRule('seat_free', asOf);
}

/** What waits for a seat by itself, by the instant since which it waits. */
async function longestFirst(tx: Tx, teamId: string): Promise<readonly Pick<Invitation, 'id'>[]> {
  const since = ApprovalEvent.query(tx)
    .where({ type: 'waiting_for_seat' })
    .whereColumn('approval_events.approvalId', 'invitations.id')
    .max('at');
  return Invitation.query(tx)
    .where({ teamId, state: 'waiting_for_seat', carriedBy: null })
    .select('id', since.as('since'))
    .orderBy(['since', 'id']);
}
