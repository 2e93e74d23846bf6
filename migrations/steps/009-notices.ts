import type { Knex } from 'knex';
import { drop, grant } from '../tenancy';

/** What each person wants to be told, and on which way and when each notice goes out (SHARE-3, SLACK-5). */
export async function up(knex: Knex): Promise<void> {
  // An account's own, beside its name: it belongs to no team.
  await knex.raw(`
    create table notification_preferences (
      user_id uuid primary key references users on delete cascade,
      topics jsonb not null,
      quiet_hours jsonb,
      updated_at timestamptz not null
    )`);
  await grant(knex, ['notification_preferences']);
  await knex.raw(`
    alter table notifications
      add column in_app boolean not null default true,
      add constraint notifications_topic check (topic in ('shares', 'approvals', 'keys', 'guests', 'digest'))`);
  await knex.raw(`
    create index notifications_unread on notifications (user_id, id desc) where in_app and read_at is null`);
  await knex.raw(`
    alter table deliveries
      add column notification_id uuid references notifications,
      add column cause_id uuid,
      add column due_at timestamptz,
      add column tried_at timestamptz,
      add column closed_at timestamptz`);
  await knex.raw(`update deliveries set tried_at = created_at where channel = 'slack'`);
  await knex.raw(`
    create unique index deliveries_of_notice on deliveries (notification_id, channel) where notification_id is not null`);
  await knex.raw(`
    create index deliveries_open on deliveries (team_id, channel, id)
      where notification_id is not null and sent_at is null and closed_at is null`);
}

/** Takes it all back. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index deliveries_open');
  await knex.raw('drop index deliveries_of_notice');
  await knex.raw(`
    alter table deliveries
      drop column notification_id, drop column cause_id, drop column due_at, drop column tried_at, drop column closed_at`);
  await knex.raw('drop index notifications_unread');
  await knex.raw('alter table notifications drop constraint notifications_topic, drop column in_app');
  await drop(knex, ['notification_preferences']);
}
