import { z } from 'zod';
import { createGroup } from '../../operations/create-group';
import { notFound, requireInsider, requireRight } from '../../operations/parts/caller-rights';
import { groupMemberIds, type GroupWithMembers } from '../../operations/parts/group-members';
import { deleteGroup, updateGroup } from '../../operations/update-group';
import type { Store } from '../../store/database';
import { Group } from '../../store/models';
import { locate } from '../../store/queries/locate';
import { listGroups } from '../../store/queries/teams';
import { listOf, listQuery, pageRequest, toList } from '../paging';
import { defineRoute } from '../route';
import { tellChanged } from './operation-answer';
import { id, instant, name } from './shapes';

/** More than this is a team of its own. */
const MOST_MEMBERS = 1_000;

const tags = ['Groups'];
const team = z.strictObject({ teamId: id });
const one = z.strictObject({ id });
const memberIds = z.array(id).max(MOST_MEMBERS);
const group = z
  .strictObject({ id, teamId: id, name: z.string(), memberIds: z.array(id), createdAt: instant })
  .meta({ id: 'Group' });

/** Groups of members (TEAM-5). */
export const groupRoutes = [
  defineRoute({
    method: 'post',
    path: '/v1/teams/{teamId}/groups',
    summary: 'Make a group',
    tags,
    auth: ['person', 'operator'],
    params: team,
    body: z.strictObject({ name, memberIds }),
    responses: { 201: group },
    handler: async ({ deps: { store }, params: { teamId }, body, madeId, cause }) => {
      const made = await createGroup(store, cause(), { ...body, id: madeId, teamId });
      return { status: 201, body: view(made), headers: { Location: `/v1/groups/${made.group.id}` } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/teams/{teamId}/groups',
    summary: 'Groups of a team',
    tags,
    auth: ['person', 'service', 'operator'],
    params: team,
    query: z.strictObject(listQuery),
    responses: { 200: listOf(group) },
    handler: async ({ deps: { store }, params: { teamId }, query, cause }) => {
      const page = await store.inTeam(teamId, async (tx) => {
        await requireInsider(tx, teamId, cause().actor);
        return listGroups(tx, teamId, pageRequest(query));
      });
      return { status: 200, body: toList({ ...page, rows: page.rows.map(view) }) };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/groups/{id}',
    summary: 'A group with its members',
    tags,
    auth: ['person', 'service', 'operator'],
    params: one,
    responses: { 200: group },
    handler: async ({ deps: { store }, params, cause }) => {
      const { groupId, teamId } = await placeOf(store, params.id);
      const found = await store.inTeam(teamId, async (tx) => {
        await requireRight(tx, teamId, cause().actor, 'read_people', 'group');
        const row = await Group.query(tx).findById(groupId);
        if (row === undefined) throw notFound('group');
        return { group: row, memberIds: await groupMemberIds(tx, groupId) };
      });
      return { status: 200, body: view(found) };
    },
  }),
  defineRoute({
    method: 'patch',
    path: '/v1/groups/{id}',
    summary: 'Rename a group, or set its members; access follows at once',
    tags,
    auth: ['person', 'operator'],
    params: one,
    body: z.strictObject({ name: name.exactOptional(), memberIds: memberIds.exactOptional() }),
    responses: { 200: group },
    handler: async ({ deps: { store, processes }, params, body, cause }) => {
      const place = await placeOf(store, params.id);
      const done = await updateGroup(store, cause(), { ...body, ...place });
      await tellChanged(processes, done);
      return { status: 200, body: view(done) };
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/v1/groups/{id}',
    summary: 'Delete a group, with the roles that it held',
    tags,
    auth: ['person', 'operator'],
    params: one,
    responses: { 204: null },
    handler: async ({ deps: { store }, params, cause }) => {
      await deleteGroup(store, cause(), await placeOf(store, params.id));
      return { status: 204 };
    },
  }),
];

async function placeOf(store: Store, groupId: string): Promise<{ groupId: string; teamId: string }> {
  const place = await locate(store, 'group', groupId);
  if (place?.teamId == null) throw notFound('group');
  return { groupId, teamId: place.teamId };
}

function view({ group: row, memberIds: ids }: GroupWithMembers): z.input<typeof group> {
  const { teamId, name: called, createdAt } = row;
  return { id: row.id, teamId, name: called, memberIds: [...ids], createdAt: createdAt.toISOString() };
}
