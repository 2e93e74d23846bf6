import { z } from 'zod';
import { seesTeamContent } from '../../domain/access';
import { VISIBILITIES } from '../../domain/roles';
import { createWorkspace } from '../../operations/create-workspace';
import { deleteWorkspace } from '../../operations/delete-workspace';
import { forbidden, requirePerson, standingIn } from '../../operations/parts/caller-rights';
import { seeWorkspace } from '../../operations/parts/seen';
import { changeVisibility, updateWorkspace } from '../../operations/update-workspace';
import { listPersonalWorkspaces, listWorkspaces } from '../../store/queries/workspaces';
import { listOf, listQuery, pageRequest, toList } from '../paging';
import { defineRoute } from '../route';
import { accepted, operationAnswer } from './operation-answer';
import { workspacePlace } from './places';
import { id, name, visibility } from './shapes';
import { description, workspace, workspaceView } from './workspace-shapes';

const tags = ['Workspaces'];
const team = z.strictObject({ teamId: id });
const one = z.strictObject({ id });

/** Workspaces (WORK-1, WORK-2). */
export const workspaceRoutes = [
  defineRoute({
    method: 'post',
    path: '/v1/teams/{teamId}/workspaces',
    summary: 'Make a workspace, as its Admin',
    tags,
    auth: ['person'],
    params: team,
    body: z.strictObject({ name, visibility, description: description.nullable().exactOptional() }),
    responses: { 201: workspace },
    handler: async ({ deps: { store }, params: { teamId }, body, madeId, cause }) => {
      const made = await createWorkspace(store, cause(), { description: null, ...body, id: madeId, teamId });
      return {
        status: 201,
        body: workspaceView(made, 'admin'),
        headers: { Location: `/v1/workspaces/${made.id}` },
      };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/teams/{teamId}/workspaces',
    summary: 'A team’s workspaces that the caller sees',
    tags,
    auth: ['person', 'service'],
    params: team,
    query: z.strictObject(listQuery),
    responses: { 200: listOf(workspace) },
    handler: async ({ deps: { store }, params: { teamId }, query, cause }) => {
      const { actor } = cause();
      const page = await store.inTeam(teamId, async (tx) => {
        const { isOperator, isService, teamRoles } = await standingIn(tx, teamId, actor);
        if (isOperator) throw forbidden('The operator sets up and sees no content.');
        const viewer = {
          userId: actor.type === 'person' ? actor.userId : null,
          seesOpen: isService || seesTeamContent(teamRoles),
        };
        return listWorkspaces(tx, teamId, viewer, pageRequest(query));
      });
      const rows = page.rows.map(({ workspace: row, role }) => workspaceView(row, role));
      return { status: 200, body: toList({ ...page, rows }) };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/me/workspaces',
    summary: 'One’s personal workspaces, in teams and outside',
    tags,
    auth: ['person'],
    query: z.strictObject(listQuery),
    responses: { 200: listOf(workspace) },
    handler: async ({ deps: { store }, query, cause }) => {
      const userId = requirePerson(cause().actor);
      const page = await store.acrossTeams((tx) => listPersonalWorkspaces(tx, userId, pageRequest(query)));
      const rows = page.rows.map((row) => workspaceView(row, 'admin'));
      return { status: 200, body: toList({ ...page, rows }) };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/workspaces/{id}',
    summary: 'A workspace, with the caller’s role',
    tags,
    auth: ['person', 'service'],
    params: one,
    responses: { 200: workspace },
    handler: async ({ deps: { store }, params, cause }) => {
      const { workspaceId, teamId } = await workspacePlace(store, params.id);
      const seen = await store.inTeam(teamId, (tx) => seeWorkspace(tx, workspaceId, cause().actor));
      return { status: 200, body: workspaceView(seen.workspace, seen.role) };
    },
  }),
  defineRoute({
    method: 'patch',
    path: '/v1/workspaces/{id}',
    summary: 'Rename or describe a workspace (200), or change who sees it (202)',
    tags,
    auth: ['person'],
    params: one,
    body: z.strictObject({
      name: name.exactOptional(),
      description: description.nullable().exactOptional(),
      visibility: z.enum(VISIBILITIES).exclude(['personal']).exactOptional(),
    }),
    responses: { 200: workspace, 202: operationAnswer },
    handler: async ({ deps, params, body, madeId, cause }) => {
      const place = await workspacePlace(deps.store, params.id);
      const { visibility, ...described } = body;
      if (visibility === undefined) {
        const changed = await updateWorkspace(deps.store, cause(), { ...described, ...place });
        return { status: 200, body: workspaceView(changed, 'admin') };
      }
      const input = { ...described, ...place, visibility, id: madeId };
      return accepted(deps, await changeVisibility(deps.store, cause(), input));
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/v1/workspaces/{id}',
    summary: 'Delete a workspace with all that is in it',
    tags,
    auth: ['person'],
    params: one,
    responses: { 202: operationAnswer },
    handler: async ({ deps, params, madeId, cause }) => {
      const place = await workspacePlace(deps.store, params.id);
      return accepted(deps, await deleteWorkspace(deps.store, cause(), { ...place, id: madeId }));
    },
  }),
];
