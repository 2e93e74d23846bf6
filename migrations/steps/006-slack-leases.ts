import type { Knex } from 'knex';

/**
 * Who is at work on a message or callback, so that two processes never post or draw the same at once: a claim that runs
 * out by itself when its process dies.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table slack_messages add column claimed_until timestamptz');
  await knex.raw('alter table deliveries add column claimed_until timestamptz');
  await knex.raw('alter table slack_inbox add column next_try_at timestamptz');
  await knex.raw(`update slack_inbox set next_try_at = received_at + interval '10 seconds'`);
  await knex.raw('alter table slack_inbox alter column next_try_at set not null');
  await knex.raw('drop index slack_inbox_open');
  await knex.raw('create index slack_inbox_open on slack_inbox (next_try_at) where done_at is null');
  await knex.raw('create index slack_inbox_done on slack_inbox (done_at)');
}

/** Takes it all back. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index slack_inbox_done');
  await knex.raw('drop index slack_inbox_open');
  await knex.raw('create index slack_inbox_open on slack_inbox (received_at) where done_at is null');
  await knex.raw('alter table slack_inbox drop column next_try_at');
  await knex.raw('alter table deliveries drop column claimed_until');
  await knex.raw('alter table slack_messages drop column claimed_until');
}
