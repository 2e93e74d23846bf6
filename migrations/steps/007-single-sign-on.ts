import type { Knex } from 'knex';
import { drop, wall } from '../tenancy';

/** Who somebody is at a team's issuer, links that prove an address for it, and sessions by their person (TEAM-7, WEB-1). */
export async function up(knex: Knex): Promise<void> {
  // At one team's issuer a subject is one account, and an account one subject.
  await knex.raw(`
    create table sso_identities (
      team_id uuid not null references teams,
      issuer text not null,
      subject text not null,
      user_id uuid not null references users,
      tied_at timestamptz not null,
      primary key (team_id, issuer, subject),
      unique (team_id, issuer, user_id)
    )`);
  await wall(knex, ['sso_identities']);
  await knex.raw(`
    alter table login_links
      add column team_id uuid references teams,
      add column issuer text,
      add column subject text,
      add constraint login_links_tie check (num_nonnulls(team_id, issuer, subject) in (0, 3))`);
  await knex.raw(`create index session_by_user on session ((sess->>'userId'))`);
}

/** Takes it all back. Links that prove an address for an issuer would open more without it: they go. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index session_by_user');
  await knex.raw('delete from login_links where team_id is not null');
  await knex.raw(`
    alter table login_links
      drop constraint login_links_tie,
      drop column team_id,
      drop column issuer,
      drop column subject`);
  await drop(knex, ['sso_identities']);
}
