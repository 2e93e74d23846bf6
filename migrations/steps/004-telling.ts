import type { Knex } from 'knex';
import { drop, grant, wall } from '../tenancy';

/** What people are told, and the Slack side: installations, identities, drawn cards, and the inbox of clicks. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table notifications (
      id uuid primary key,
      user_id uuid not null references users,
      team_id uuid references teams,
      topic text not null,
      event text not null,
      dedupe_key text not null unique,
      title text not null,
      body text not null,
      url text not null,
      created_at timestamptz not null,
      read_at timestamptz
    )`);
  await knex.raw('create index notifications_by_user on notifications (user_id, id desc)');
  // One row per thing told to one address on one channel: the intent comes first, `sent_at` after the other side took it.
  await knex.raw(`
    create table deliveries (
      id uuid primary key,
      dedupe_key text not null unique,
      team_id uuid references teams,
      channel text not null check (channel in ('email', 'slack')),
      created_at timestamptz not null,
      sent_at timestamptz
    )`);
  await knex.raw(`
    create table team_slack (
      team_id uuid primary key references teams,
      slack_team_id text not null,
      approvals_channel text not null,
      announce_channel text,
      decide_by_email boolean not null default false,
      updated_at timestamptz not null
    )`);
  await knex.raw('create index team_slack_by_workspace on team_slack (slack_team_id)');
  await knex.raw(`
    create table slack_installations (
      slack_team_id text primary key,
      enterprise_id text,
      bot_token_sealed bytea not null,
      bot_user_id text,
      scopes text[] not null,
      installed_at timestamptz not null,
      revoked_at timestamptz
    )`);
  await knex.raw(`
    create table slack_identities (
      slack_team_id text not null,
      slack_user_id text not null,
      user_id uuid not null references users,
      method text not null check (method in ('operator', 'sign_in')),
      linked_at timestamptz not null,
      primary key (slack_team_id, slack_user_id),
      unique (slack_team_id, user_id)
    )`);
  await knex.raw(`
    create table slack_messages (
      id uuid primary key,
      team_id uuid not null references teams,
      approval_id uuid not null references approvals,
      audience text not null check (audience in ('channel', 'approver', 'requester')),
      user_id uuid references users,
      slack_team_id text not null,
      channel text not null,
      ts text,
      drawn text,
      state text not null check (state in ('intended', 'posted', 'gone')),
      created_at timestamptz not null,
      updated_at timestamptz not null
    )`);
  await knex.raw(`
    create unique index slack_messages_once on slack_messages (approval_id, audience, channel) where state <> 'gone'`);
  await knex.raw('create index slack_messages_by_place on slack_messages (channel, ts)');
  await knex.raw(`
    create table slack_inbox (
      key text primary key,
      kind text not null,
      body text,
      received_at timestamptz not null,
      attempts integer not null default 0,
      done_at timestamptz
    )`);
  await knex.raw('create index slack_inbox_open on slack_inbox (received_at) where done_at is null');
  await wall(knex, ['notifications', 'team_slack', 'slack_messages']);
  await grant(knex, ['deliveries', 'slack_installations', 'slack_identities', 'slack_inbox']);
}

/** Takes it all back. */
export async function down(knex: Knex): Promise<void> {
  await drop(knex, [
    'slack_inbox',
    'slack_messages',
    'slack_identities',
    'slack_installations',
    'team_slack',
    'deliveries',
    'notifications',
  ]);
}
