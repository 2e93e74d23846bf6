import type { Knex } from 'knex';

/** The guest link of a collection (GUEST-1), and that its role is a person's, never a group's. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table elements add column guest_link boolean not null default false');
  await knex.raw(
    `alter table elements add constraint guest_link_of_collection check (not guest_link or type = 'collection')`,
  );
  await knex.raw(`
    alter table element_roles add constraint guest_is_a_person
    check (role <> 'guest_viewer' or user_id is not null)`);
}

/** Takes it all back. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table element_roles drop constraint guest_is_a_person');
  await knex.raw('alter table elements drop constraint guest_link_of_collection');
  await knex.raw('alter table elements drop column guest_link');
}
