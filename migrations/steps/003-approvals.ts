import type { Knex } from 'knex';
import { drop, wall } from '../tenancy';

/** Shares, the approval queue, invitations. A row whose `workflow_started_at` is null is the outbox of its workflow. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table shares (
      id uuid primary key,
      team_id uuid not null references teams,
      element_id uuid not null references elements,
      sharer_id uuid references users,
      message text,
      created_at timestamptz not null,
      workflow_started_at timestamptz
    )`);
  await knex.raw('create index shares_unstarted on shares (created_at) where workflow_started_at is null');
  await knex.raw(`
    create table approvals (
      id uuid primary key,
      team_id uuid not null references teams,
      kind text not null check (kind in ('invite', 'access_request')),
      state text not null check (state in ('pending', 'approved', 'denied', 'withdrawn', 'expired', 'closed')),
      close_reason text check (
        close_reason in ('element_gone', 'workspace_gone', 'requester_gone', 'subject_gone', 'team_gone')),
      revision integer not null default 1,
      email text not null check (email = lower(email)),
      subject_user_id uuid references users,
      element_id uuid not null references elements,
      requested_role text not null check (requested_role in ('viewer', 'editor')),
      team_role text not null check (
        team_role in ('super_admin', 'admin', 'developer', 'billing', 'community_manager')),
      reason text,
      policy jsonb not null,
      created_at timestamptz not null,
      expires_at timestamptz not null,
      decision text check (decision in ('approve', 'deny')),
      decided_by uuid references users,
      decided_on_behalf_of uuid references users,
      decided_at timestamptz,
      decided_via text check (decided_via in ('slack', 'web', 'api', 'timer', 'rule')),
      decision_reason text,
      granted_role text check (granted_role in ('viewer', 'editor')),
      workflow_started_at timestamptz,
      check ((state in ('approved', 'denied')) = (decision is not null)),
      check ((state = 'closed') = (close_reason is not null)),
      check (decision is null or (decision = 'approve') = (granted_role is not null))
    )`);
  // Several requests for one person in one team merge (INVITE-10).
  await knex.raw(`
    create unique index one_pending_request on approvals (team_id, email) where state = 'pending' and kind = 'invite'`);
  await knex.raw('create index approvals_by_team on approvals (team_id, id desc)');
  await knex.raw("create index approvals_pending on approvals (team_id, id desc) where state = 'pending'");
  await knex.raw(
    'create index approvals_unstarted on approvals (created_at) where workflow_started_at is null',
  );
  await knex.raw(`
    create table approval_grants (
      approval_id uuid not null references approvals,
      element_id uuid not null references elements,
      requester_id uuid references users,
      team_id uuid not null references teams,
      role text not null check (role in ('viewer', 'editor')),
      share_id uuid not null references shares,
      created_at timestamptz not null,
      primary key (approval_id, share_id)
    )`);
  await knex.raw(
    'create index approval_grants_by_requester on approval_grants (requester_id, approval_id desc)',
  );
  // An attempt is written before its Update is sent, so that the Update carries an id alone; its outcome is the first
  // answer, given again to every repeat (INVITE-4).
  await knex.raw(`
    create table approval_attempts (
      id uuid primary key,
      approval_id uuid not null references approvals,
      team_id uuid not null references teams,
      user_id uuid not null references users,
      on_behalf_of uuid references users,
      verdict text not null check (verdict in ('approve', 'deny')),
      reason text,
      grant_role text check (grant_role in ('viewer', 'editor')),
      revision integer,
      via text not null check (via in ('slack', 'web', 'api')),
      request_id text,
      created_at timestamptz not null,
      outcome text,
      granted_role text check (granted_role in ('viewer', 'editor')),
      settled_at timestamptz
    )`);
  await knex.raw(`
    create unique index one_decision on approval_attempts (approval_id) where outcome in ('approved', 'denied')`);
  // An approval is for a revision: what is asked for anew is approved anew (INVITE-4, INVITE-6).
  await knex.raw(`
    create unique index one_approval_each on approval_attempts (approval_id, user_id, revision)
    where outcome in ('approved', 'recorded')`);
  await knex.raw(`
    create table approval_events (
      id uuid primary key,
      approval_id uuid not null references approvals,
      team_id uuid not null references teams,
      at timestamptz not null,
      type text not null,
      user_id uuid references users,
      data jsonb not null default '{}'
    )`);
  await knex.raw('create index approval_events_by_approval on approval_events (approval_id, id)');
  await knex.raw(`
    create table invitations (
      id uuid primary key references approvals,
      team_id uuid not null references teams,
      email text not null check (email = lower(email)),
      team_role text not null,
      state text not null check (
        state in ('sending', 'waiting_for_seat', 'sent', 'accepted', 'cancelled', 'expired', 'failed')),
      carried_by uuid references invitations,
      holds_seat boolean not null,
      mailing integer not null default 1,
      created_at timestamptz not null,
      sent_at timestamptz,
      expires_at timestamptz,
      accepted_at timestamptz,
      accepted_by uuid references users,
      ended_at timestamptz,
      check (not holds_seat or state in ('sending', 'sent', 'failed'))
    )`);
  // One open invitation per team and person (INVITE-10); a request approved meanwhile rides on it by `carried_by`.
  await knex.raw(`
    create unique index one_open_invitation on invitations (team_id, email)
    where state in ('sending', 'waiting_for_seat', 'sent', 'failed') and carried_by is null`);
  await knex.raw('create index invitations_by_team on invitations (team_id, id desc)');
  await knex.raw('create index invitations_holding on invitations (team_id) where holds_seat');
  await knex.raw(`
    create table invitation_tokens (
      hash bytea primary key,
      invitation_id uuid not null references invitations,
      team_id uuid not null references teams,
      created_at timestamptz not null
    )`);
  await knex.raw(`
    create table share_recipients (
      share_id uuid not null references shares,
      position integer not null,
      team_id uuid not null references teams,
      recipient jsonb not null,
      outcome text not null check (
        outcome in ('shared', 'already_has_access', 'invited', 'pending_approval', 'refused')),
      role text,
      code text,
      user_id uuid references users,
      group_id uuid,
      invite_id uuid references approvals,
      primary key (share_id, position)
    )`);
  await wall(knex, [
    'shares',
    'approvals',
    'approval_grants',
    'approval_attempts',
    'approval_events',
    'invitations',
    'invitation_tokens',
    'share_recipients',
  ]);
}

/** Takes it all back. */
export async function down(knex: Knex): Promise<void> {
  await drop(knex, [
    'share_recipients',
    'invitation_tokens',
    'invitations',
    'approval_events',
    'approval_attempts',
    'approval_grants',
    'approvals',
    'shares',
  ]);
}
