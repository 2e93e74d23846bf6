import { v7 as uuid } from 'uuid';
import type { Cause } from '../../domain/actor';
import type { AssignableTeamRole } from '../../domain/roles';
import type { AuditEntry } from '../../store/audit';
import type { Tx } from '../../store/database';
import { User, type Approval, type Invitation, type Team } from '../../store/models';
import { teamRolesOf } from '../../store/queries/access';
import { applyGrants } from '../parts/apply-grants';
import { fulfilByJoining, invitationOfJoiner } from '../parts/fulfil-invitation';
import { joinTeam, roomAfterChange } from '../parts/join-team';

/** Somebody of the team becomes Editor of an element; a guest becomes a member as well, and takes a seat (GUEST-6). */
export const accessRequest = {
  async isMoot(tx: Tx, team: Team, { subjectUserId }: Approval): Promise<boolean> {
    return subjectUserId === null || (await teamRolesOf(tx, team.id, subjectUserId)).length === 0;
  },

  async hasRoom(tx: Tx, team: Team, { subjectUserId, teamRole }: Approval, asOf: Date): Promise<boolean> {
    return subjectUserId === null || roomToConvert(tx, team, subjectUserId, teamRole, asOf);
  },

  async approved(tx: Tx, cause: Cause, team: Team, approval: Approval): Promise<readonly AuditEntry[]> {
    const { id, subjectUserId: userId, teamRole } = approval;
    if (userId === null) throw new RangeError(`request ${id} is about nobody`);
    const converted = await convertGuest(tx, cause, team, userId, teamRole);
    return [...converted, ...(await applyGrants(tx, cause, [id], userId))];
  },
};

/**
 * Whether there is a seat for a guest who becomes this; who is a member takes none, and whoever is invited has the one that is
 * held for them (INVITE-2).
 */
export async function roomToConvert(
  tx: Tx,
  team: Team,
  userId: string,
  teamRole: AssignableTeamRole | null,
  asOf: Date,
): Promise<boolean> {
  const before = await teamRolesOf(tx, team.id, userId);
  if (teamRole === null || !before.includes('guest')) return true;
  const invitation = await invitationOf(tx, team.id, userId, asOf);
  return roomAfterChange(tx, team, before, [teamRole], invitation?.id);
}

/**
 * Makes a guest a member with this team role; members stay what they are. An invitation that is open for them is done with it:
 * they hold one seat, not two (TEAM-4, INVITE-11). The gate was asked before.
 */
export async function convertGuest(
  tx: Tx,
  cause: Cause,
  team: Team,
  userId: string,
  teamRole: AssignableTeamRole | null,
): Promise<readonly AuditEntry[]> {
  const before = await teamRolesOf(tx, team.id, userId);
  if (teamRole === null || !before.includes('guest')) return [];
  const roles = [teamRole];
  const invitation = await invitationOf(tx, team.id, userId, cause.asOf);
  await joinTeam(tx, team, { userId, roles, workspaceId: uuid(), asOf: cause.asOf });
  const fulfilled = await fulfilByJoining(tx, cause, invitation, userId);
  return [
    {
      action: 'guest.converted',
      target: { type: 'user', id: userId },
      before: { roles: before },
      after: { roles },
    },
    ...fulfilled.audit,
  ];
}

async function invitationOf(tx: Tx, teamId: string, userId: string, asOf: Date): Promise<Invitation | null> {
  const { email } = await User.query(tx).findById(userId).throwIfNotFound();
  return invitationOfJoiner(tx, asOf, teamId, email);
}
