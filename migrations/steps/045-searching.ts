import type { Knex } from 'knex';
import { APP_ROLE } from '../tenancy';

/**
 * What is searched by a part of its text has an index of trigrams, and a view to use it by: row-level security lets only
 * leakproof comparisons use an index, and `like` is none. The views stand behind the same wall by a condition of their own.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    do $$ declare place text; begin
      begin
        create extension if not exists pg_trgm schema public;
      exception when duplicate_object or unique_violation then null; -- another schema's migration was faster
      end;
      select extnamespace::regnamespace into place from pg_extension where extname = 'pg_trgm';
      -- Without fastupdate: a search would read through what is not merged yet.
      execute format(
        'create index approvals_by_part on approvals using gin (email %s.gin_trgm_ops) with (fastupdate = off)', place);
      execute format(
        'create index elements_by_part on elements using gin (lower(name) %s.gin_trgm_ops) with (fastupdate = off)', place);
    end $$`);
  await knex.raw('create index approvals_by_element on approvals (element_id, id desc)');
  await knex.raw(`
    create view seen_approvals as
      select id, team_id, kind, state, email, element_id, policy from approvals where doorlist_sees(team_id)`);
  await knex.raw(
    'create view seen_elements as select id, lower(name) as name from elements where doorlist_sees(team_id)',
  );
  await knex.raw(`grant select on seen_approvals, seen_elements to ${APP_ROLE}`);
}

/** Takes it back. The extension stays: others may use it. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop view seen_elements, seen_approvals');
  await knex.raw('drop index approvals_by_element, elements_by_part, approvals_by_part');
}
