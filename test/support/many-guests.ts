import type { Store } from '../../store/database';

/**
 * Many guests of a team at once, each with these collections.
 * @returns their ids
 */
export async function manyGuests(
  store: Store,
  teamId: string,
  elementIds: readonly string[],
  count: number,
  asOf = store.clock.now(),
): Promise<readonly string[]> {
  return store.inTeam(teamId, async (tx) => {
    const { rows } = await tx.raw<{ rows: { id: string }[] }>(
      `insert into users (id, email, name, created_at)
       select id, 'guest-' || id || '@crowd.test', 'Guest ' || n, :asOf
         from (select gen_random_uuid() as id, n from generate_series(1, :count) n) made returning id`,
      { asOf, count },
    );
    const ids = rows.map(({ id }) => id);
    await tx.raw(
      `insert into members (team_id, user_id, roles, joined_at)
       select :teamId, id, array['guest'], :asOf from unnest(:ids::uuid[]) id`,
      { teamId, asOf, ids },
    );
    await tx.raw(
      `insert into element_roles (id, element_id, team_id, user_id, role, created_at)
       select gen_random_uuid(), e, :teamId, id, 'guest_viewer', :asOf
         from unnest(:ids::uuid[]) id, unnest(:elementIds::uuid[]) e`,
      { teamId, asOf, ids, elementIds: [...elementIds] },
    );
    return ids;
  });
}
