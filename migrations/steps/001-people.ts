import type { Knex } from 'knex';
import { createTenantWall, drop, grant, prepareAppRole, wall } from '../tenancy';

/** Accounts, teams, members, groups; how people and programs prove who they are. */
export async function up(knex: Knex): Promise<void> {
  await prepareAppRole(knex);
  await createTenantWall(knex);
  await knex.raw(`
    create table users (
      id uuid primary key,
      email text not null unique check (email = lower(email)),
      name text not null,
      email_verified_at timestamptz,
      created_at timestamptz not null
    )`);
  await knex.raw(`
    create table teams (
      id uuid primary key,
      name text not null,
      slug text not null unique,
      plan text not null check (plan in ('free', 'basic', 'professional', 'enterprise')),
      seats integer not null check (seats >= 0),
      auto_flex boolean not null,
      sso jsonb,
      policy jsonb not null default '{}',
      created_at timestamptz not null
    )`);
  await knex.raw(`
    create table members (
      team_id uuid not null references teams,
      user_id uuid not null references users,
      roles text[] not null check (
        cardinality(roles) > 0
        and roles <@ array['super_admin', 'admin', 'developer', 'billing', 'community_manager', 'guest']
        and (cardinality(roles) = 1 or not 'guest' = any (roles))),
      joined_at timestamptz not null,
      primary key (team_id, user_id)
    )`);
  await knex.raw('create index members_by_user on members (user_id)');
  await knex.raw(`
    create table groups (
      id uuid primary key,
      team_id uuid not null references teams,
      name text not null,
      created_at timestamptz not null,
      unique (team_id, id)
    )`);
  await knex.raw('create unique index groups_by_name on groups (team_id, lower(name))');
  await knex.raw(`
    create table group_members (
      group_id uuid not null,
      team_id uuid not null,
      user_id uuid not null,
      primary key (group_id, user_id),
      foreign key (team_id, group_id) references groups (team_id, id) on delete cascade,
      foreign key (team_id, user_id) references members on delete cascade
    )`);
  await knex.raw('create index group_members_by_user on group_members (team_id, user_id)');
  await knex.raw(`
    create table tokens (
      id uuid primary key,
      kind text not null check (kind in ('user', 'service')),
      user_id uuid references users,
      team_id uuid references teams,
      name text not null,
      hash bytea not null unique,
      created_at timestamptz not null,
      expires_at timestamptz,
      revoked_at timestamptz,
      check ((kind = 'user') = (user_id is not null)),
      check ((kind = 'service') = (team_id is not null))
    )`);
  await knex.raw(`
    create table login_links (
      hash bytea primary key,
      email text not null check (email = lower(email)),
      return_to text,
      created_at timestamptz not null,
      expires_at timestamptz not null,
      used_at timestamptz
    )`);
  // The shape that connect-pg-simple reads and writes; the id is a hash of the cookie's.
  await knex.raw(`
    create table session (
      sid varchar primary key,
      sess json not null,
      expire timestamp(6) not null
    )`);
  await knex.raw('create index session_by_expire on session (expire)');
  // `json` keeps the order of an answer's fields, so that its repeat is the same to the letter.
  await knex.raw(`
    create table idempotency_keys (
      scope text not null,
      key text not null,
      request_hash text not null,
      made_id uuid not null,
      locked_until timestamptz not null,
      status integer,
      body json,
      headers jsonb,
      created_at timestamptz not null,
      primary key (scope, key)
    )`);
  await knex.raw('create index idempotency_keys_by_age on idempotency_keys (created_at)');
  await wall(knex, ['teams'], 'id');
  await wall(knex, ['members', 'groups', 'group_members']);
  await grant(knex, ['users', 'tokens', 'login_links', 'session', 'idempotency_keys']);
}

/** Takes it all back. */
export async function down(knex: Knex): Promise<void> {
  await drop(knex, [
    'idempotency_keys',
    'session',
    'login_links',
    'tokens',
    'group_members',
    'groups',
    'members',
    'teams',
    'users',
  ]);
  // The role stays: other schemas of the same server may live under it.
  await knex.raw('drop function doorlist_sees(uuid)');
}
