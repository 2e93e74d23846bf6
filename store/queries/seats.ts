import { seatKind, SEAT_ROLES, type SeatHolders, type SeatSituation } from '../../domain/seats';
import type { Tx } from '../database';
import { Invitation, Team } from '../models';

/**
 * Locks the team's row: whoever counts seats holds it until the commit, so that concurrent joins never oversell one
 * (TEAM-3). “No key”: inserts that refer to the team take a lock on its key, and must not wait for this one while they hold
 * what it wants next.
 */
export async function lockTeam(tx: Tx, teamId: string): Promise<Team> {
  return Team.query(tx).findById(teamId).forNoKeyUpdate().throwIfNotFound();
}

/**
 * Seats taken and held in a team.
 * @param except an invitation whose own reservation shall not count, since it is about to be redeemed
 */
export async function seatSituation(tx: Tx, team: Team, except?: string): Promise<SeatSituation> {
  return {
    seats: team.seats,
    autoFlex: team.autoFlex,
    members: await memberHolders(tx, team.id),
    reserved: await reservedHolders(tx, team.id, except),
  };
}

async function memberHolders(tx: Tx, teamId: string): Promise<SeatHolders> {
  const answer = await tx.raw<{ rows: { seat: string; support: string }[] }>(
    `select count(*) filter (where roles && :paid::text[]) as seat,
            count(*) filter (where not roles && :paid::text[] and not 'guest' = any (roles)) as support
       from members where team_id = :teamId`,
    { teamId, paid: [...SEAT_ROLES] },
  );
  const row = answer.rows[0];
  return { seat: Number(row?.seat ?? 0), support: Number(row?.support ?? 0) };
}

async function reservedHolders(tx: Tx, teamId: string, except?: string): Promise<SeatHolders> {
  const holding = await Invitation.query(tx)
    .where({ teamId, holdsSeat: true })
    .modify((query) => {
      if (except !== undefined) void query.whereNot({ id: except });
    })
    .select('teamRole');
  const kinds = holding.map((invitation) => seatKind([invitation.teamRole]));
  return {
    seat: kinds.filter((kind) => kind === 'seat').length,
    support: kinds.filter((kind) => kind === 'support').length,
  };
}
