import type { Knex } from 'knex';

/**
 * A second kind of request (GUEST-6): who has to agree is pinned as a quorum, approvals keep in which capacity they were
 * given, and what is asked for need not come from a share.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    update approvals set policy = (policy - 'approvalsRequired') || jsonb_build_object(
      'quorum', jsonb_build_array(jsonb_build_object('admin', coalesce((policy->>'approvalsRequired')::int, 1))))`);
  // A member who asks for a role on an element keeps their team roles.
  await knex.raw('alter table approvals alter column team_role drop not null');
  await knex.raw(`
    alter table approvals
      add constraint invite_has_team_role check (kind <> 'invite' or team_role is not null),
      add constraint access_request_is_of_account check (kind <> 'access_request' or subject_user_id is not null)`);
  await knex.raw(`
    create unique index one_pending_access_request on approvals (team_id, subject_user_id, element_id)
    where state = 'pending' and kind = 'access_request'`);
  await knex.raw(`
    alter table approval_grants
      drop constraint approval_grants_pkey,
      alter column share_id drop not null,
      add column id uuid primary key default gen_random_uuid(),
      add constraint one_grant_for_share unique (approval_id, share_id)`);
  await knex.raw(
    'create unique index one_grant_without_share on approval_grants (approval_id) where share_id is null',
  );
  await knex.raw(`alter table approval_attempts add column capacities text[] not null default '{}'`);
  await knex.raw(
    `update approval_attempts set capacities = '{admin}' where outcome in ('recorded', 'approved')`,
  );
}

/** Takes it all back; what came from no share is asked for no longer. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table approval_attempts drop column capacities');
  await knex.raw('delete from approval_grants where share_id is null');
  await knex.raw('drop index one_grant_without_share');
  await knex.raw(`
    alter table approval_grants
      drop constraint one_grant_for_share,
      drop column id,
      add primary key (approval_id, share_id)`);
  await knex.raw('drop index one_pending_access_request');
  await knex.raw(`
    alter table approvals
      drop constraint access_request_is_of_account,
      drop constraint invite_has_team_role`);
  await knex.raw(`update approvals set team_role = 'developer' where team_role is null`);
  await knex.raw('alter table approvals alter column team_role set not null');
  await knex.raw(`
    update approvals set policy = (policy - 'quorum') || jsonb_build_object(
      'approvalsRequired', coalesce((policy->'quorum'->0->>'admin')::int, 1))`);
}
