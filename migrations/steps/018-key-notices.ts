import type { Knex } from 'knex';

/**
 * Notices name the one access key that they are about, for the buttons that go with them. And keys are found by the first
 * eight bytes of their hashes: next to as good as the whole, in a third of the index, so that a million keys stay in memory.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table notifications add column key_id uuid references access_keys');
  // A column of its own and no expression: row-level security lets an index be used by leakproof operators alone.
  await knex.raw(`
    alter table access_keys add column hash_head bigint not null
      generated always as (('x' || encode(substr(hash, 1, 8), 'hex'))::bit(64)::bigint) stored`);
  await knex.raw('create index access_keys_by_hash on access_keys (hash_head)');
  await knex.raw('alter table access_keys drop constraint access_keys_hash_key');
  // What is to be mailed and said about keys is found by its deliveries.
  await knex.raw('drop index notifications_of_keys');
}

/** Takes it back. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`create index notifications_of_keys on notifications (team_id, id) where topic = 'keys'`);
  await knex.raw('alter table access_keys add constraint access_keys_hash_key unique (hash)');
  await knex.raw('drop index access_keys_by_hash');
  await knex.raw('alter table access_keys drop column hash_head');
  await knex.raw('alter table notifications drop column key_id');
}
