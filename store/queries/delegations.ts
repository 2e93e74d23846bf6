import type { QueryBuilder } from 'objection';
import { isTeamAdmin, type Principal } from '../../domain/approval';
import type { Tx } from '../database';
import { Delegation, Member } from '../models';

/** Delegations that hold at an instant. */
export function inForce(tx: Tx, asOf: Date): QueryBuilder<Delegation, Delegation[]> {
  return Delegation.query(tx).where('validFrom', '<=', asOf).where('validUntil', '>', asOf);
}

/** For whom a person may decide in a team at an instant, whoever was handed over first first (INVITE-9). */
export async function principalsOf(
  tx: Tx,
  teamId: string,
  delegateId: string,
  asOf: Date,
): Promise<readonly Principal[]> {
  const handed = await inForce(tx, asOf).where({ teamId, delegateId }).orderBy('id');
  const ids = [...new Set(handed.map(({ delegatorId }) => delegatorId))];
  const members = await Member.query(tx).where({ teamId }).whereIn('userId', ids);
  return ids.map((userId) => ({
    userId,
    teamRoles: members.find((member) => member.userId === userId)?.roles ?? [],
  }));
}

/** Whether somebody is, at an instant, the delegate of one of the team's Admins: they see what that one sees. */
export async function actsForAdmin(tx: Tx, teamId: string, userId: string, asOf: Date): Promise<boolean> {
  const principals = await principalsOf(tx, teamId, userId, asOf);
  return principals.some(({ teamRoles }) => isTeamAdmin(teamRoles));
}

/** When next a delegation of the team begins or ends, or null: others are asked from then on (INVITE-9). */
export async function nextHandover(tx: Tx, teamId: string, after: Date): Promise<Date | null> {
  const begins = await Delegation.query(tx)
    .where({ teamId })
    .where('validFrom', '>', after)
    .orderBy('validFrom')
    .first();
  const ends = await Delegation.query(tx)
    .where({ teamId })
    .where('validUntil', '>', after)
    .orderBy('validUntil')
    .first();
  const instants = [begins?.validFrom, ends?.validUntil].flatMap((at) =>
    at === undefined ? [] : [at.getTime()],
  );
  return instants.length === 0 ? null : new Date(Math.min(...instants));
}
