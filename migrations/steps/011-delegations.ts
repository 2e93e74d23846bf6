import type { Knex } from 'knex';
import { drop, wall } from '../tenancy';

/** Who decides for whom for a time (INVITE-9), and an end for invitations whose mail never goes out (INVITE-11). */
export async function up(knex: Knex): Promise<void> {
  // Both are members: with either membership the delegation goes.
  await knex.raw(`
    create table delegations (
      id uuid primary key,
      team_id uuid not null references teams,
      delegator_id uuid not null,
      delegate_id uuid not null,
      valid_from timestamptz not null,
      valid_until timestamptz not null,
      created_at timestamptz not null,
      foreign key (team_id, delegator_id) references members on delete cascade,
      foreign key (team_id, delegate_id) references members on delete cascade,
      check (delegator_id <> delegate_id),
      check (valid_from < valid_until)
    )`);
  await knex.raw('create index delegations_by_delegator on delegations (delegator_id, id desc)');
  await knex.raw('create index delegations_by_delegate on delegations (team_id, delegate_id)');
  // No chains, hence no cycles. The team's lock makes two that cross wait for each other, whoever writes them.
  await knex.raw(`
    create function doorlist_refuse_chain() returns trigger language plpgsql as $$
      begin
        perform 1 from teams where id = new.team_id for no key update;
        if exists (
          select from delegations there
           where there.team_id = new.team_id and there.id <> new.id
             and (there.delegator_id = new.delegate_id or there.delegate_id = new.delegator_id)
             and there.valid_from < new.valid_until and new.valid_from < there.valid_until
        ) then
          raise exception using errcode = 'check_violation', constraint = 'no_delegation_chain', message = 'a chain of delegations';
        end if;
        return new;
      end $$`);
  await knex.raw(`
    create trigger no_delegation_chain before insert or update on delegations
      for each row execute function doorlist_refuse_chain()`);
  // One row for each person whose voice an approval used up: who clicked, and for whom (INVITE-6, INVITE-9).
  await knex.raw(`
    create table approval_voices (
      approval_id uuid not null references approvals,
      revision integer not null,
      user_id uuid not null references users,
      team_id uuid not null references teams,
      attempt_id uuid not null references approval_attempts,
      primary key (approval_id, revision, user_id)
    )`);
  await knex.raw(`
    insert into approval_voices (approval_id, revision, user_id, team_id, attempt_id)
    select approval_id, revision, user_id, team_id, id from approval_attempts
     where outcome in ('recorded', 'approved') and revision is not null`);
  await wall(knex, ['delegations', 'approval_voices']);
  await knex.raw(`create index invitations_sending on invitations (id) where state = 'sending'`);
  await knex.raw(`
    update invitations set expires_at = coalesce(invitations.sent_at, invitations.created_at) + (approvals.policy->>'invitationExpiry')::interval
      from approvals where approvals.id = invitations.id and invitations.expires_at is null
       and invitations.state in ('sending', 'failed') and invitations.carried_by is null`);
}

/** Takes it all back. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(
    `update invitations set expires_at = null where state in ('sending', 'failed') and expires_at is not null`,
  );
  await knex.raw('drop index invitations_sending');
  await drop(knex, ['approval_voices', 'delegations']);
  await knex.raw('drop function doorlist_refuse_chain()');
}
