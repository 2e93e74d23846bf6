import type { Knex } from 'knex';

/**
 * The role that every process of ours takes on each connection (`set role`). It owns nothing: row-level security binds
 * it, and the audit log can only grow under it.
 */
export const APP_ROLE = 'doorlist_app';

/** Makes the role where it lacks, lets the migrating user take it, and opens the current schema to it. */
export async function prepareAppRole(knex: Knex): Promise<void> {
  await knex.raw(`
    do $$ begin
      if not exists (select from pg_roles where rolname = '${APP_ROLE}') then create role ${APP_ROLE} nologin; end if;
    exception when duplicate_object or unique_violation then null; -- another schema's migration was faster
    end $$`);
  await knex.raw(`
    do $$ begin
      if not pg_has_role(current_user, '${APP_ROLE}', 'member') then grant ${APP_ROLE} to current_user; end if;
    end $$`);
  await knex.raw(
    `do $$ begin execute format('grant usage on schema %I to ${APP_ROLE}', current_schema()); end $$`,
  );
}

/**
 * The tenant wall: a row is seen only in a transaction that named its team (`doorlist.tenant`), `none` for rows of no
 * team, `all` for the few system-wide reads. A transaction that named nothing sees nothing.
 */
export async function createTenantWall(knex: Knex): Promise<void> {
  await knex.raw(`
    create function doorlist_sees(team uuid) returns boolean language sql stable parallel safe as $$
      select case coalesce(current_setting('doorlist.tenant', true), '')
        when '' then false
        when 'all' then true
        when 'none' then team is null
        else team = current_setting('doorlist.tenant', true)::uuid
      end
    $$`);
}

/** Puts tables behind the wall, by the column that names the team, and grants the app what it needs on them. */
export async function wall(knex: Knex, tables: readonly string[], column = 'team_id'): Promise<void> {
  for (const table of tables) {
    await knex.raw(`alter table ${table} enable row level security`);
    await knex.raw(
      `create policy tenant on ${table} using (doorlist_sees(${column})) with check (doorlist_sees(${column}))`,
    );
  }
  await grant(knex, tables);
}

/** Grants the app the given rights on tables. */
export async function grant(
  knex: Knex,
  tables: readonly string[],
  rights = 'select, insert, update, delete',
): Promise<void> {
  for (const table of tables) await knex.raw(`grant ${rights} on ${table} to ${APP_ROLE}`);
}

/** Drops tables in the given order. */
export async function drop(knex: Knex, tables: readonly string[]): Promise<void> {
  for (const table of tables) await knex.raw(`drop table ${table}`);
}
