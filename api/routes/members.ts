import { z } from 'zod';
import { addMember, type MemberWithAccount } from '../../operations/add-member';
import { changeMemberRoles } from '../../operations/change-member-roles';
import { requireInsider } from '../../operations/parts/caller-rights';
import { removeMember } from '../../operations/remove-member';
import { listMembers } from '../../store/queries/teams';
import { listOf, listQuery, pageRequest, toList } from '../paging';
import { defineRoute } from '../route';
import { accepted, operationAnswer, tellChanged } from './operation-answer';
import { email, id, instant, name, teamRole, teamRoles, text } from './shapes';

const tags = ['Members'];
const team = z.strictObject({ teamId: id });
const one = z.strictObject({ teamId: id, userId: id });

/** A member as REST shows them. */
export const member = z
  .strictObject({
    userId: id,
    email: z.string(),
    name: z.string(),
    roles: z.array(teamRole),
    status: z.literal('active'),
    joinedAt: instant,
  })
  .meta({ id: 'Member' });

/** Members of a team (TEAM-1, TEAM-3, TEAM-8). */
export const memberRoutes = [
  defineRoute({
    method: 'post',
    path: '/v1/teams/{teamId}/members',
    summary: 'Add a member, whose account is made when the address has none',
    tags,
    auth: ['person', 'operator'],
    params: team,
    body: z.strictObject({ email, name, roles: teamRoles }),
    responses: { 201: member },
    handler: async ({ deps: { store, processes }, params: { teamId }, body, madeId, cause }) => {
      const added = await addMember(store, cause(), { ...body, id: madeId, teamId });
      await tellChanged(processes, added);
      return { status: 201, body: memberView(added) };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/teams/{teamId}/members',
    summary: 'Members, whoever joined last first',
    tags,
    auth: ['person', 'service', 'operator'],
    params: team,
    query: z.strictObject({ ...listQuery, role: teamRole.exactOptional(), q: text(200).exactOptional() }),
    responses: { 200: listOf(member) },
    handler: async ({ deps: { store }, params: { teamId }, query, cause }) => {
      const page = await store.inTeam(teamId, async (tx) => {
        await requireInsider(tx, teamId, cause().actor);
        const filter = { role: query.role ?? null, q: query.q ?? null };
        return listMembers(tx, teamId, filter, pageRequest(query));
      });
      const rows = page.rows.map((row) => memberView({ member: row, user: row }));
      return { status: 200, body: toList({ ...page, rows }) };
    },
  }),
  defineRoute({
    method: 'patch',
    path: '/v1/teams/{teamId}/members/{userId}',
    summary: 'Set a member’s team roles',
    tags,
    auth: ['person', 'operator'],
    params: one,
    body: z.strictObject({ roles: teamRoles }),
    responses: { 200: member },
    handler: async ({ deps: { store, processes }, params, body, cause }) => {
      const changed = await changeMemberRoles(store, cause(), { ...params, ...body });
      await Promise.all([tellChanged(processes, changed), processes.seatMayBeFree(params.teamId)]);
      return { status: 200, body: memberView(changed) };
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/v1/teams/{teamId}/members/{userId}',
    summary: 'Remove a member: all that they had in the team ends with the answer',
    tags,
    auth: ['person', 'operator'],
    params: one,
    responses: { 202: operationAnswer },
    handler: async ({ deps, params, madeId, cause }) => {
      const done = await removeMember(deps.store, cause(), { ...params, id: madeId });
      await deps.processes.seatMayBeFree(params.teamId);
      return accepted(deps, done);
    },
  }),
];

type Shown = Readonly<{
  member: Pick<MemberWithAccount['member'], 'userId' | 'roles' | 'joinedAt'>;
  user: Pick<MemberWithAccount['user'], 'email' | 'name'>;
}>;

/** A member’s row with their account. */
export function memberView({ member: row, user }: Shown): z.input<typeof member> {
  return {
    userId: row.userId,
    email: user.email,
    name: user.name,
    roles: row.roles,
    status: 'active',
    joinedAt: row.joinedAt.toISOString(),
  };
}
