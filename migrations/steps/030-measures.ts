import type { Knex } from 'knex';

/** What is measured at each scrape (OPS-5) is found without reading what is over: one probe, or a thousand rows at most. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`create index approvals_waiting on approvals (created_at) where state = 'pending'`);
  await knex.raw(`
    create index approvals_decided on approvals (decided_at) where state in ('approved', 'denied')`);
  await knex.raw(
    `create index operations_running on operations (created_at) where state = 'running' and has_run`,
  );
}

/** Takes it back. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index operations_running');
  await knex.raw('drop index approvals_decided');
  await knex.raw('drop index approvals_waiting');
}
