import type { Knex } from 'knex';

/**
 * An approver who is asked afresh, where a request waits for too long, gets a card of its own beside the first (INVITE-7).
 * And no request closes for the end of its team, which no call brings about.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table slack_messages
      add column fresh boolean not null default false,
      add constraint fresh_for_approvers check (not fresh or audience = 'approver')`);
  await knex.raw('drop index slack_messages_once');
  await knex.raw(`
    create unique index slack_messages_once on slack_messages (approval_id, audience, channel, fresh)
      where state <> 'gone'`);
  await reasons(knex, ['element_gone', 'workspace_gone', 'requester_gone', 'subject_gone']);
}

/** Takes it all back: of two cards in one conversation the first stays known. */
export async function down(knex: Knex): Promise<void> {
  await reasons(knex, ['element_gone', 'workspace_gone', 'requester_gone', 'subject_gone', 'team_gone']);
  await knex.raw('delete from slack_messages where fresh');
  await knex.raw('drop index slack_messages_once');
  await knex.raw(`
    create unique index slack_messages_once on slack_messages (approval_id, audience, channel) where state <> 'gone'`);
  await knex.raw('alter table slack_messages drop constraint fresh_for_approvers, drop column fresh');
}

async function reasons(knex: Knex, allowed: readonly string[]): Promise<void> {
  const list = allowed.map((reason) => `'${reason}'`).join(', ');
  await knex.raw('alter table approvals drop constraint approvals_close_reason_check');
  await knex.raw(
    `alter table approvals add constraint approvals_close_reason_check check (close_reason in (${list}))`,
  );
}
