import { z } from 'zod';
import { requirePerson } from '../../operations/parts/caller-rights';
import { Member, Team, User } from '../../store/models';
import { defineRoute } from '../route';
import { id, teamRole } from './shapes';

const tags = ['Me'];

/** The signed-in person. */
export const meRoutes = [
  defineRoute({
    method: 'get',
    path: '/v1/me',
    summary: 'The signed-in person, with teams and roles',
    tags,
    auth: ['person'],
    responses: {
      200: z.strictObject({
        userId: id,
        email: z.string(),
        name: z.string(),
        teams: z.array(z.strictObject({ id, name: z.string(), slug: z.string(), roles: z.array(teamRole) })),
      }),
    },
    handler: async ({ deps: { store }, cause }) => {
      const userId = requirePerson(cause().actor);
      const user = await User.query(store.knex).findById(userId).throwIfNotFound();
      const teams = await store.acrossTeams(async (tx) => {
        const members = await Member.query(tx).where({ userId }).orderBy('joinedAt');
        const rows = await Team.query(tx).whereIn(
          'id',
          members.map(({ teamId }) => teamId),
        );
        return members.flatMap(({ teamId, roles }) => {
          const team = rows.find((row) => row.id === teamId);
          return team === undefined ? [] : [{ id: team.id, name: team.name, slug: team.slug, roles }];
        });
      });
      return { status: 200, body: { userId, email: user.email, name: user.name, teams } };
    },
  }),
];
