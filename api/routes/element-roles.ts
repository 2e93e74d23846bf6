import { z } from 'zod';
import { elementAllows } from '../../domain/permissions';
import { ELEMENT_ROLES, SHARE_ROLES } from '../../domain/roles';
import { whoOnElement } from '../../domain/who-could';
import { changeElementRoles, promotionsWaiting } from '../../operations/change-element-roles';
import { forbidden } from '../../operations/parts/caller-rights';
import { seeElement } from '../../operations/parts/seen';
import { listElementRoles } from '../../store/queries/element-roles';
import { listOf, listQuery, pageRequest, toList } from '../paging';
import { defineRoute } from '../route';
import { accepted, operationAnswer } from './operation-answer';
import { elementPlace } from './places';
import { id } from './shapes';

/** As many at once as recipients of a share. */
const MOST = 100;

const tags = ['Elements'];
const one = z.strictObject({ id });
const held = z
  .strictObject({
    principal: z.strictObject({ type: z.enum(['user', 'group', 'guest']), id, name: z.string() }),
    role: z.enum(ELEMENT_ROLES),
    via: z.enum(['direct', 'workspace', 'group']),
  })
  .meta({ id: 'RoleHeld' });

const role = z.enum(SHARE_ROLES);

/** Who holds which role on an element (WORK-2), and "Manage roles". */
export const elementRoleRoutes = [
  defineRoute({
    method: 'get',
    path: '/v1/elements/{id}/roles',
    summary: 'Roles on an element, direct and inherited',
    tags,
    auth: ['person', 'service'],
    params: one,
    query: z.strictObject(listQuery),
    responses: { 200: listOf(held) },
    handler: async ({ deps: { store }, params, query, cause }) => {
      const { elementId, teamId } = await elementPlace(store, params.id);
      const page = await store.inTeam(teamId, async (tx) => {
        const seen = await seeElement(tx, elementId, cause().actor);
        if (!elementAllows('read_roles', seen.role)) throw forbidden(whoOnElement('read_roles'));
        return listElementRoles(tx, seen, pageRequest(query));
      });
      const rows = page.rows.map(({ principalType, principalId, name, role: given, via }) => ({
        principal: { type: principalType, id: principalId, name },
        ...{ role: given, via },
      }));
      return { status: 200, body: toList({ ...page, rows }) };
    },
  }),
  defineRoute({
    method: 'patch',
    path: '/v1/elements/{id}/roles',
    summary: 'Set and take away roles by name, all of it or nothing; Editor promotes a guest',
    tags,
    auth: ['person'],
    params: one,
    body: z.strictObject({
      set: z
        .array(z.union([z.strictObject({ userId: id, role }), z.strictObject({ groupId: id, role })]))
        .max(MOST)
        .default([]),
      remove: z
        .array(z.union([z.strictObject({ userId: id }), z.strictObject({ groupId: id })]))
        .max(MOST)
        .default([]),
    }),
    responses: { 202: operationAnswer.extend({ approvalId: id.optional() }) },
    handler: async ({ deps, params, body, madeId, cause }) => {
      const place = await elementPlace(deps.store, params.id);
      const done = await changeElementRoles(deps.store, cause(), { ...place, ...body, id: madeId });
      const waiting = promotionsWaiting(done.operation);
      for (const approvalId of waiting) {
        await deps.processes.startInvite({ approvalId, teamId: done.operation.teamId ?? '' });
      }
      const { body: operation, ...answer } = await accepted(deps, done);
      const [approvalId] = waiting;
      return { ...answer, body: { ...operation, ...(approvalId === undefined ? {} : { approvalId }) } };
    },
  }),
];
