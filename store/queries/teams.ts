import { seatFigures, type SeatFigures } from '../../domain/seats';
import type { TeamRole } from '../../domain/roles';
import type { Tx } from '../database';
import { Group, GroupMember, Member, Team, type User } from '../models';
import { holding, idAfter, keyAfter, pageOf, type Page, type PageRequest } from './page';
import { seatSituation } from './seats';

/** A team with its seats as they are now (TEAM-3). */
export interface TeamWithSeats {
  readonly team: Team;
  readonly seats: SeatFigures;
}

/** A team's row with its seats. */
export async function withSeats(tx: Tx, team: Team): Promise<TeamWithSeats> {
  return { team, seats: seatFigures(await seatSituation(tx, team)) };
}

/** Teams, newest first: those of one person, one alone, or all. The transaction sees all teams. */
export async function listTeams(
  tx: Tx,
  filter: { readonly userId?: string; readonly teamId?: string },
  page: PageRequest,
): Promise<Page<Team>> {
  const { userId, teamId } = filter;
  const after = idAfter(page);
  const rows = await Team.query(tx)
    .modify((query) => {
      if (userId !== undefined) void query.whereIn('id', Member.query(tx).where({ userId }).select('teamId'));
      if (teamId !== undefined) void query.where({ id: teamId });
      if (after !== null) void query.where('id', '<', after);
    })
    .orderBy('id', 'desc')
    .limit(page.limit + 1);
  return pageOf(rows, page.limit, (team) => team.id);
}

/** A member as lists show them. */
export type ListedMember = Pick<Member, 'userId' | 'roles' | 'joinedAt'> & Pick<User, 'email' | 'name'>;

/** What narrows a list of members; `q` is found in name or address. */
export interface MemberFilter {
  readonly role: TeamRole | null;
  readonly q: string | null;
}

/** A team's members, whoever joined last first. */
export async function listMembers(
  tx: Tx,
  teamId: string,
  filter: MemberFilter,
  page: PageRequest,
): Promise<Page<ListedMember>> {
  const after = keyAfter(page, 'instant', 'id');
  const rows = await Member.query(tx)
    .alias('m')
    .join('users as u', 'u.id', 'm.userId')
    .where('m.teamId', teamId)
    .modify((query) => {
      if (filter.role !== null) void query.whereRaw('? = any (m.roles)', [filter.role]);
      if (filter.q !== null) {
        const like = holding(filter.q);
        void query.whereRaw('(lower(u.name) like lower(?) or u.email like lower(?))', [like, like]);
      }
      if (after !== null) {
        void query.whereRaw('(m.joined_at, m.user_id) < (?::timestamptz, ?::uuid)', after);
      }
    })
    .orderBy([
      { column: 'm.joinedAt', order: 'desc' },
      { column: 'm.userId', order: 'desc' },
    ])
    .limit(page.limit + 1)
    .select('m.userId', 'm.roles', 'm.joinedAt', 'u.email', 'u.name')
    .castTo<ListedMember[]>();
  return pageOf(rows, page.limit, (member) => `${member.joinedAt.toISOString()}|${member.userId}`);
}

/** A group with its members' ids. */
export interface ListedGroup {
  readonly group: Group;
  readonly memberIds: readonly string[];
}

/** A team's groups, newest first. */
export async function listGroups(tx: Tx, teamId: string, page: PageRequest): Promise<Page<ListedGroup>> {
  const after = idAfter(page);
  const groups = await Group.query(tx)
    .where({ teamId })
    .modify((query) => {
      if (after !== null) void query.where('id', '<', after);
    })
    .orderBy('id', 'desc')
    .limit(page.limit + 1);
  const members = await GroupMember.query(tx)
    .whereIn(
      'groupId',
      groups.map((group) => group.id),
    )
    .orderBy('userId');
  const listed = groups.map((group) => ({
    group,
    memberIds: members.filter((member) => member.groupId === group.id).map((member) => member.userId),
  }));
  return pageOf(listed, page.limit, ({ group }) => group.id);
}
