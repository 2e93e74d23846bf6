import type { Knex } from 'knex';
import { drop, wall } from '../tenancy';

/** Guests who joined a collection, gathered for each of those who are told of it in one notice (SLACK-5). */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table guest_digests (
      notification_id uuid primary key references notifications,
      team_id uuid not null references teams,
      element_id uuid not null references elements,
      user_id uuid not null references users,
      joined uuid[] not null check (cardinality(joined) > 0),
      began_at timestamptz not null,
      due_at timestamptz not null,
      closed_at timestamptz,
      run_told_at timestamptz
    )`);
  await knex.raw(
    `create unique index guest_digest_open on guest_digests (element_id, user_id) where closed_at is null`,
  );
  await knex.raw(
    'create index guest_digests_untold on guest_digests (began_at) where run_told_at is null and closed_at is null',
  );
  await wall(knex, ['guest_digests']);
}

/** Takes it back. */
export async function down(knex: Knex): Promise<void> {
  await drop(knex, ['guest_digests']);
}
