import { z } from 'zod';
import { notFound } from '../../operations/parts/caller-rights';
import { seeWorkspace } from '../../operations/parts/seen';
import { removeWorkspaceMember, setWorkspaceMember } from '../../operations/set-workspace-member';
import { listWorkspaceMembers, type WorkspaceMember } from '../../store/queries/workspaces';
import { listOf, listQuery, pageRequest, toList } from '../paging';
import { defineRoute } from '../route';
import { accepted, operationAnswer, tellChanged } from './operation-answer';
import { workspacePlace } from './places';
import { id, workspaceRole } from './shapes';

const tags = ['Workspaces'];
const one = z.strictObject({ id, userId: id });
const member = z
  .strictObject({
    userId: id.nullable(),
    groupId: id.nullable(),
    name: z.string(),
    role: workspaceRole,
  })
  .meta({ id: 'WorkspaceMember' });

/** Who holds a role by name in a workspace (WORK-2). */
export const workspaceMemberRoutes = [
  defineRoute({
    method: 'get',
    path: '/v1/workspaces/{id}/members',
    summary: 'People and groups with a role by name',
    tags,
    auth: ['person', 'service'],
    params: z.strictObject({ id }),
    query: z.strictObject(listQuery),
    responses: { 200: listOf(member) },
    handler: async ({ deps: { store }, params, query, cause }) => {
      const { workspaceId, teamId } = await workspacePlace(store, params.id);
      const page = await store.inTeam(teamId, async (tx) => {
        await seeWorkspace(tx, workspaceId, cause().actor);
        return listWorkspaceMembers(tx, workspaceId, pageRequest(query));
      });
      return { status: 200, body: toList({ ...page, rows: page.rows.map(view) }) };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/workspaces/{id}/members/{userId}',
    summary: 'A person’s role by name',
    tags,
    auth: ['person', 'service'],
    params: one,
    responses: { 200: member },
    handler: async ({ deps: { store }, params, cause }) => {
      const { workspaceId, teamId } = await workspacePlace(store, params.id);
      const [found] = await store.inTeam(teamId, async (tx) => {
        await seeWorkspace(tx, workspaceId, cause().actor);
        const only = { limit: 1, after: null };
        return (await listWorkspaceMembers(tx, workspaceId, only, params.userId)).rows;
      });
      if (found === undefined) throw notFound('member of the workspace');
      return { status: 200, body: view(found) };
    },
  }),
  defineRoute({
    method: 'put',
    path: '/v1/workspaces/{id}/members/{userId}',
    summary: 'Give a member of the team a role in the workspace',
    tags,
    auth: ['person'],
    params: one,
    body: z.strictObject({ role: workspaceRole }),
    responses: { 200: member },
    handler: async ({ deps: { store, processes }, params: { id: at, userId }, body, cause }) => {
      const place = await workspacePlace(store, at);
      const done = await setWorkspaceMember(store, cause(), { ...place, ...body, userId });
      await tellChanged(processes, done);
      return { status: 200, body: { userId, groupId: null, name: done.user.name, role: body.role } };
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/v1/workspaces/{id}/members/{userId}',
    summary: 'Take a person’s role in the workspace away; roles on elements stay',
    tags,
    auth: ['person'],
    params: one,
    responses: { 202: operationAnswer },
    handler: async ({ deps, params: { id: at, userId }, madeId, cause }) => {
      const place = await workspacePlace(deps.store, at);
      const input = { ...place, userId, id: madeId };
      return accepted(deps, await removeWorkspaceMember(deps.store, cause(), input));
    },
  }),
];

function view({ userId, groupId, name, role }: WorkspaceMember): z.input<typeof member> {
  return { userId, groupId, name, role };
}
