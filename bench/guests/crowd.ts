import type { Client } from 'pg';
import { v7 as uuid } from 'uuid';

/** A team with one workspace, one collection in it, and its guests. */
export interface Crowd {
  readonly teamId: string;
  readonly ownerId: string;
  readonly workspaceId: string;
  readonly elementId: string;
}

/**
 * Makes one.
 * @param owned a connection of the tables' owner
 * @param isMailed whether they want mail of what happens to them as guests
 */
export async function makeCrowd(owned: Client, guests: number, isMailed: boolean): Promise<Crowd> {
  const [teamId, ownerId, workspaceId, elementId] = [uuid(), uuid(), uuid(), uuid()];
  await owned.query(
    `insert into teams (id, name, slug, plan, seats, auto_flex, policy, created_at)
     values ($1::uuid, 'Northwind', 'team-' || ($1::uuid)::text, 'enterprise', 10, false, '{"removalCap": 1000000}', now())`,
    [teamId],
  );
  await owned.query(
    `insert into users (id, email, name, created_at) values ($1::uuid, ($1::uuid)::text || '@northwind.example', 'Ada', now())`,
    [ownerId],
  );
  await owned.query(
    `insert into members (team_id, user_id, roles, joined_at) values ($1, $2, '{super_admin}', now())`,
    [teamId, ownerId],
  );
  await owned.query(
    `insert into workspaces (id, team_id, name, visibility, created_at) values ($1, $2, 'Shop', 'team', now())`,
    [workspaceId, teamId],
  );
  await owned.query(
    `insert into workspace_roles (id, workspace_id, team_id, user_id, role, created_at)
     values (gen_random_uuid(), $1, $2, $3, 'admin', now())`,
    [workspaceId, teamId, ownerId],
  );
  await owned.query(
    `insert into elements (id, team_id, workspace_id, type, name, version, guest_link, created_at, updated_at)
     values ($1, $2, $3, 'collection', 'Orders', 1, true, now(), now())`,
    [elementId, teamId, workspaceId],
  );
  await owned.query(
    `with people as (
       insert into users (id, email, name, created_at)
       select id, id || '@partner.example', 'Guest ' || n, now()
         from (select gen_random_uuid() as id, n from generate_series(1, $3::int) n) made returning id),
     joined as (
       insert into members (team_id, user_id, roles, joined_at) select $1, id, '{guest}', now() from people)
     insert into element_roles (id, element_id, team_id, user_id, role, created_at)
     select gen_random_uuid(), $2, $1, id, 'guest_viewer', now() from people`,
    [teamId, elementId, guests],
  );
  if (!isMailed) {
    await owned.query(
      `insert into notification_preferences (user_id, topics, updated_at)
       select user_id, '{"guests": {"email": false}}', now() from members where team_id = $1`,
      [teamId],
    );
  }
  await owned.query('analyze');
  return { teamId, ownerId, workspaceId, elementId };
}
