import type { Knex } from 'knex';

/**
 * The index that finds access keys holds the first twelve bytes of their hashes: as unique as the whole, and half its size,
 * so that a million keys stay in memory.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('create unique index access_keys_by_hash on access_keys (substr(hash, 1, 12))');
  await knex.raw('alter table access_keys drop constraint access_keys_hash_key');
}

/** Takes it back. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table access_keys add constraint access_keys_hash_key unique (hash)');
  await knex.raw('drop index access_keys_by_hash');
}
