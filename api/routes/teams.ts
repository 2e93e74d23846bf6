import { z } from 'zod';
import { createTeam } from '../../operations/create-team';
import { standingIn } from '../../operations/parts/caller-rights';
import { updateTeam } from '../../operations/update-team';
import { Team } from '../../store/models';
import { teamRolesOf } from '../../store/queries/access';
import { listTeams, withSeats } from '../../store/queries/teams';
import { listOf, listQuery, pageRequest, toList } from '../paging';
import { defineRoute } from '../route';
import { sealedIssuer } from '../sealed-issuer';
import { id, name, plan } from './shapes';
import { policyChange, seats, slug, ssoInput, team, teamView } from './team-shapes';

const tags = ['Teams'];
const params = z.strictObject({ teamId: id });

/** Teams (TEAM-2, TEAM-3). */
export const teamRoutes = [
  defineRoute({
    method: 'post',
    path: '/v1/teams',
    summary: 'Make a team',
    tags,
    auth: ['operator'],
    body: z.strictObject({
      ...{ name, slug, plan, seats },
      autoFlex: z.boolean(),
      sso: ssoInput.exactOptional(),
      policy: policyChange.exactOptional(),
    }),
    responses: { 201: team },
    handler: async ({ deps, body, madeId, cause }) => {
      const { store } = deps;
      const { sso, ...rest } = body;
      const issuer = sso === undefined ? {} : { sso: sealedIssuer(deps, sso) };
      const made = await createTeam(store, cause(), { ...rest, ...issuer, id: madeId });
      const view = await store.inTeam(made.id, async (tx) => teamView(await withSeats(tx, made), false));
      return { status: 201, body: view, headers: { Location: `/v1/teams/${made.id}` } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/teams',
    summary: 'One’s own teams; all of them for the operator',
    tags,
    auth: ['person', 'service', 'operator'],
    query: z.strictObject(listQuery),
    responses: { 200: listOf(team) },
    handler: async ({ deps: { store }, query, cause }) => {
      const { actor } = cause();
      const page = await store.acrossTeams((tx) => {
        if (actor.type === 'person') return listTeams(tx, { userId: actor.userId }, pageRequest(query));
        return listTeams(tx, actor.type === 'service' ? { teamId: actor.teamId } : {}, pageRequest(query));
      });
      const rows = await Promise.all(
        page.rows.map((row) =>
          store.inTeam(row.id, async (tx) => {
            const roles = actor.type === 'person' ? await teamRolesOf(tx, row.id, actor.userId) : [];
            return teamView(await withSeats(tx, row), roles.includes('guest'));
          }),
        ),
      );
      return { status: 200, body: toList({ ...page, rows }) };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/teams/{teamId}',
    summary: 'A team, with its seats',
    tags,
    auth: ['person', 'service', 'operator'],
    params,
    responses: { 200: team },
    handler: async ({ deps: { store }, params: { teamId }, cause }) => {
      const body = await store.inTeam(teamId, async (tx) => {
        const { teamRoles } = await standingIn(tx, teamId, cause().actor);
        const row = await Team.query(tx).findById(teamId).throwIfNotFound();
        return teamView(await withSeats(tx, row), teamRoles.includes('guest'));
      });
      return { status: 200, body };
    },
  }),
  defineRoute({
    method: 'patch',
    path: '/v1/teams/{teamId}',
    summary: 'Change a team’s settings',
    tags,
    auth: ['person', 'operator'],
    params,
    body: z.strictObject({
      name: name.exactOptional(),
      plan: plan.exactOptional(),
      seats: seats.exactOptional(),
      autoFlex: z.boolean().exactOptional(),
      sso: ssoInput.nullable().exactOptional(),
      policy: policyChange.exactOptional(),
    }),
    responses: { 200: team },
    handler: async ({ deps, params: { teamId }, body, cause }) => {
      const { store, processes, keyReads } = deps;
      const { sso, ...rest } = body;
      const issuer = sso == null ? { ...(sso === null ? { sso } : {}) } : { sso: sealedIssuer(deps, sso) };
      // A shorter inactivity must not end a key for uses that this process has not written yet (KEY-4).
      if (body.policy?.keyInactivity !== undefined) await keyReads.writeUses();
      const changed = await updateTeam(store, cause(), { ...rest, ...issuer, teamId });
      keyReads.changed(teamId);
      if (body.policy?.keyInactivity !== undefined || body.policy?.keyWarnings !== undefined) {
        await processes.keysChanged(teamId);
      }
      await processes.seatMayBeFree(teamId);
      const view = await store.inTeam(teamId, async (tx) => teamView(await withSeats(tx, changed), false));
      return { status: 200, body: view };
    },
  }),
];
