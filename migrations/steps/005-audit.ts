import type { Knex } from 'knex';
import { drop, grant, wall } from '../tenancy';

/** Long work that a caller can follow, and the audit log: append-only, chained by hash per team (OPS-6). */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table operations (
      id uuid primary key,
      team_id uuid references teams,
      type text not null,
      state text not null check (state in ('running', 'awaiting_confirmation', 'cancelled', 'completed', 'failed')),
      done integer not null default 0,
      total integer not null default 0,
      result jsonb,
      actor_id uuid references users,
      created_at timestamptz not null,
      finished_at timestamptz
    )`);
  await knex.raw(`
    create table audit_heads (
      team_id uuid primary key references teams,
      seq bigint not null,
      hash text not null
    )`);
  await knex.raw(`
    create table audit_events (
      team_id uuid not null references teams,
      seq bigint not null,
      id uuid not null,
      at timestamptz not null,
      actor jsonb not null,
      source text not null,
      action text not null,
      target_type text not null,
      target_id text not null,
      before jsonb,
      after jsonb,
      request_id text,
      prev_hash text not null,
      hash text not null,
      primary key (team_id, seq)
    )`);
  await wall(knex, ['operations', 'audit_heads']);
  await wall(knex, ['audit_events']);
  await knex.raw('revoke update, delete on audit_events from doorlist_app');
  await grant(knex, ['audit_events'], 'select, insert');
}

/** Takes it all back. */
export async function down(knex: Knex): Promise<void> {
  await drop(knex, ['audit_events', 'audit_heads', 'operations']);
}
