import type { Knex } from 'knex';

/**
 * Who joined is read from the guests' own roles: a digest that named them all was written anew, and longer, with every join
 * (SLACK-5).
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table guest_digests drop column joined');
  await knex.raw(`
    create index element_roles_of_guests on element_roles (element_id, created_at) where role = 'guest_viewer'`);
}

/** Takes it back: digests name those who are in; where none is left they name nobody, and go to nobody when they are due. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index element_roles_of_guests');
  await knex.raw('alter table guest_digests add column joined uuid[]');
  await knex.raw(`
    update guest_digests d set joined = coalesce(
      (select array_agg(r.user_id order by r.created_at, r.user_id) from element_roles r
        where r.element_id = d.element_id and r.role = 'guest_viewer'
          and r.created_at >= d.began_at and r.created_at < d.due_at),
      array['00000000-0000-0000-0000-000000000000'::uuid])`);
  await knex.raw(`
    alter table guest_digests
      alter column joined set not null,
      add constraint guest_digests_joined_check check (cardinality(joined) > 0)`);
}
