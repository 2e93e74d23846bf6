import type { Knex } from 'knex';

/** Who is on a request, when its approvers were last nudged, and what its run has yet to be told of (INVITE-8). */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table approvals
      add column claimed_by uuid references users,
      add column claimed_until timestamptz,
      add column nudged_at timestamptz,
      add column untold_since timestamptz,
      add constraint claim_is_whole check ((claimed_by is null) = (claimed_until is null))`);
  await knex.raw('create index approvals_untold on approvals (untold_since) where untold_since is not null');
}

/** Takes it all back. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index approvals_untold');
  await knex.raw(`
    alter table approvals
      drop constraint claim_is_whole,
      drop column untold_since,
      drop column nudged_at,
      drop column claimed_until,
      drop column claimed_by`);
}
