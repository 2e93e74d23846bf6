import { Refusal } from '../../domain/refusal';
import type { TeamRole } from '../../domain/roles';
import { seatFor, seatForChange } from '../../domain/seats';
import type { Tx } from '../../store/database';
import { Member, type Team } from '../../store/models';
import { seatSituation } from '../../store/queries/seats';
import { ensurePersonalWorkspace } from './personal-workspace';

/** Somebody who comes into a team, or goes on in it with other roles. */
export interface Joining {
  readonly userId: string;
  readonly roles: TeamRole[];
  /** Id of the personal workspace, if one has to be made. */
  readonly workspaceId: string;
  readonly asOf: Date;
}

/**
 * Whether there is room for one more with these roles (INVITE-2).
 * @param team the team's row, locked
 * @param except an invitation whose own reservation shall not count
 */
export async function hasRoom(
  tx: Tx,
  team: Team,
  roles: readonly TeamRole[],
  except?: string,
): Promise<boolean> {
  return seatFor(await seatSituation(tx, team, except), roles);
}

/**
 * Whether there is room for a member's change of roles (INVITE-2).
 * @param team the team's row, locked
 * @param except an invitation whose own reservation shall not count
 */
export async function roomAfterChange(
  tx: Tx,
  team: Team,
  before: readonly TeamRole[],
  after: readonly TeamRole[],
  except?: string,
): Promise<boolean> {
  return seatForChange(await seatSituation(tx, team, except), before, after);
}

/** The refusal of a team without room. */
export function noSeats(): Refusal {
  return new Refusal('no_seats', 'The team has no free seat.');
}

/** Writes a member's row, over a guest's if there is one: grants stay (GUEST-6). The gate was asked before. */
export async function joinTeam(tx: Tx, team: Team, joining: Joining): Promise<Member> {
  const { userId, roles, workspaceId, asOf } = joining;
  const member = await Member.query(tx)
    .insert({ teamId: team.id, userId, roles, joinedAt: asOf })
    .onConflict(['team_id', 'user_id'])
    .merge(['roles'])
    .returning('*');
  if (!roles.includes('guest')) {
    await ensurePersonalWorkspace(tx, { id: workspaceId, userId, teamId: team.id, asOf });
  }
  return member;
}
