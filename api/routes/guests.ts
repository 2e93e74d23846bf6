import { z } from 'zod';
import { ELEMENT_ROLES } from '../../domain/roles';
import { changeMemberRoles } from '../../operations/change-member-roles';
import { notFound, requireInsider, requireTeamAdmin } from '../../operations/parts/caller-rights';
import { teamRolesOf } from '../../store/queries/access';
import { listGuestResources } from '../../store/queries/guests';
import { listMembers } from '../../store/queries/teams';
import { listOf, listQuery, pageRequest, toList } from '../paging';
import { defineRoute } from '../route';
import { member, memberView } from './members';
import { tellChanged } from './operation-answer';
import { elementType, id, teamRoles, text, visibility } from './shapes';

const tags = ['Guests'];
const one = z.strictObject({ teamId: id, userId: id });

const resource = z
  .strictObject({
    element: z.strictObject({ id, type: elementType, name: z.string() }),
    workspace: z.strictObject({ id, name: z.string(), visibility }),
    role: z.enum(ELEMENT_ROLES),
  })
  .meta({ id: 'GuestResource' });

/** A team's guests (GUEST-1, GUEST-6). */
export const guestRoutes = [
  defineRoute({
    method: 'get',
    path: '/v1/teams/{teamId}/guests',
    summary: 'Guests, whoever joined last first',
    tags,
    auth: ['person', 'service', 'operator'],
    params: z.strictObject({ teamId: id }),
    query: z.strictObject({ ...listQuery, q: text(200).exactOptional() }),
    responses: { 200: listOf(member) },
    handler: async ({ deps: { store }, params: { teamId }, query, cause }) => {
      const page = await store.inTeam(teamId, async (tx) => {
        await requireInsider(tx, teamId, cause().actor);
        return listMembers(tx, teamId, { role: 'guest', q: query.q ?? null }, pageRequest(query));
      });
      const rows = page.rows.map((row) => memberView({ member: row, user: row }));
      return { status: 200, body: toList({ ...page, rows }) };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/teams/{teamId}/guests/{userId}/resources',
    summary: 'What a guest may view, for the team’s Admins',
    tags,
    auth: ['person', 'operator'],
    params: one,
    query: z.strictObject(listQuery),
    responses: { 200: listOf(resource) },
    handler: async ({ deps: { store }, params: { teamId, userId }, query, cause }) => {
      const page = await store.inTeam(teamId, async (tx) => {
        await requireTeamAdmin(tx, teamId, cause().actor);
        if (!(await teamRolesOf(tx, teamId, userId)).includes('guest')) throw notFound('guest');
        return listGuestResources(tx, teamId, userId, pageRequest(query));
      });
      const rows = page.rows.map(({ element, workspace, role }) => ({
        element: { id: element.id, type: element.type, name: element.name },
        workspace: { id: workspace.id, name: workspace.name, visibility: workspace.visibility },
        role,
      }));
      return { status: 200, body: toList({ ...page, rows }) };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/teams/{teamId}/guests/{userId}/convert',
    summary: 'Make a guest a member with other team roles; they keep what they have',
    tags,
    auth: ['person', 'operator'],
    params: one,
    body: z.strictObject({ roles: teamRoles }),
    responses: { 200: member },
    handler: async ({ deps: { store, processes }, params, body, cause }) => {
      const changed = await changeMemberRoles(store, cause(), { ...params, ...body, ofGuest: true });
      await tellChanged(processes, changed);
      return { status: 200, body: memberView(changed) };
    },
  }),
];
