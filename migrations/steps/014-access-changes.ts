import type { Knex } from 'knex';
import { drop, wall } from '../tenancy';

/** What taking access away did to guests, and what waits to be confirmed (GUEST-7, GUEST-8). */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table operations
      add column action jsonb,
      add column cause jsonb,
      add column audience uuid[] not null default '{}',
      add column has_run boolean not null default false,
      add column workflow_started_at timestamptz,
      add constraint waits_for_something check (
        state <> 'awaiting_confirmation' or (action is not null and team_id is not null and has_run))`);
  await knex.raw(`
    create index operations_unstarted on operations (created_at) where has_run and workflow_started_at is null`);
  // The plan: a row for each guest whom an operation took something from. It is gone from them when the row is there;
  // what is to be written down about it is written when the row is settled.
  await knex.raw(`
    create table guest_losses (
      operation_id uuid not null references operations,
      user_id uuid not null references users,
      team_id uuid not null references teams,
      element_ids uuid[] not null,
      leaves boolean not null,
      settled_at timestamptz,
      primary key (operation_id, user_id)
    )`);
  // Whoever left has to be written off before they can come back and leave again.
  await knex.raw(`
    create unique index guest_leaves_once on guest_losses (team_id, user_id) where leaves and settled_at is null`);
  await knex.raw(
    `create index guest_losses_open on guest_losses (operation_id, user_id) where settled_at is null`,
  );
  await wall(knex, ['guest_losses']);
}

/** Takes it all back. */
export async function down(knex: Knex): Promise<void> {
  await drop(knex, ['guest_losses']);
  await knex.raw('drop index operations_unstarted');
  await knex.raw(`
    alter table operations
      drop constraint waits_for_something,
      drop column workflow_started_at,
      drop column has_run,
      drop column audience,
      drop column cause,
      drop column action`);
}
