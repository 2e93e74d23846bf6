import type { Knex } from 'knex';
import { drop, wall } from '../tenancy';

/** Workspaces, elements with their versions, and roles by name on both. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table workspaces (
      id uuid primary key,
      team_id uuid references teams,
      name text not null,
      description text,
      visibility text not null check (visibility in ('personal', 'private', 'team', 'public')),
      owner_id uuid references users,
      created_by uuid references users,
      created_at timestamptz not null,
      deleted_at timestamptz,
      check ((visibility = 'personal') = (owner_id is not null)),
      check (team_id is not null or visibility = 'personal')
    )`);
  await knex.raw('create index workspaces_by_team on workspaces (team_id, id desc) where deleted_at is null');
  await knex.raw(`
    create index workspaces_by_owner on workspaces (owner_id, id)
    where deleted_at is null and visibility = 'personal'`);
  await knex.raw(`
    create table workspace_roles (
      id uuid primary key,
      workspace_id uuid not null references workspaces,
      team_id uuid not null references teams,
      user_id uuid references users,
      group_id uuid,
      role text not null check (role in ('viewer', 'editor', 'admin')),
      created_at timestamptz not null,
      check (num_nonnulls(user_id, group_id) = 1),
      foreign key (team_id, group_id) references groups (team_id, id) on delete cascade
    )`);
  await knex.raw('create unique index workspace_roles_of_user on workspace_roles (workspace_id, user_id)');
  await knex.raw('create unique index workspace_roles_of_group on workspace_roles (workspace_id, group_id)');
  await knex.raw('create index workspace_roles_by_user on workspace_roles (team_id, user_id)');
  await knex.raw(`
    create table elements (
      id uuid primary key,
      team_id uuid references teams,
      workspace_id uuid not null references workspaces,
      type text not null check (type in ('collection', 'api', 'environment')),
      name text not null,
      version integer not null,
      created_by uuid references users,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      deleted_at timestamptz
    )`);
  await knex.raw('create index elements_by_workspace on elements (workspace_id) where deleted_at is null');
  // The document's JSON text stays as it was sent, so that key order and digits survive (SHARE-8).
  await knex.raw(`
    create table element_versions (
      element_id uuid not null references elements,
      version integer not null,
      team_id uuid references teams,
      content text not null,
      etag text not null,
      created_by uuid references users,
      created_at timestamptz not null,
      primary key (element_id, version)
    )`);
  await knex.raw(`
    create table element_roles (
      id uuid primary key,
      element_id uuid not null references elements,
      team_id uuid not null references teams,
      user_id uuid references users,
      group_id uuid,
      role text not null check (role in ('guest_viewer', 'viewer', 'editor')),
      created_at timestamptz not null,
      check (num_nonnulls(user_id, group_id) = 1),
      foreign key (team_id, group_id) references groups (team_id, id) on delete cascade
    )`);
  await knex.raw('create unique index element_roles_of_user on element_roles (element_id, user_id)');
  await knex.raw('create unique index element_roles_of_group on element_roles (element_id, group_id)');
  await knex.raw('create index element_roles_by_user on element_roles (team_id, user_id)');
  await wall(knex, ['workspaces', 'workspace_roles', 'elements', 'element_versions', 'element_roles']);
}

/** Takes it all back. */
export async function down(knex: Knex): Promise<void> {
  await drop(knex, ['element_roles', 'element_versions', 'elements', 'workspace_roles', 'workspaces']);
}
