import type { Knex } from 'knex';
import { drop, wall } from '../tenancy';

/** Collection access keys (KEY-1): a hash each, and since when it lies idle. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table access_keys (
      id uuid primary key,
      team_id uuid not null references teams,
      element_id uuid not null references elements,
      name text,
      hash bytea not null unique check (octet_length(hash) = 32),
      tail text not null check (length(tail) = 4),
      created_by uuid references users,
      created_at timestamptz not null,
      last_used_at timestamptz,
      idle_since timestamptz not null,
      ended_at timestamptz,
      end_reason text check (end_reason in ('expired', 'revoked', 'collection_gone')),
      ended_by uuid references users,
      warned_end timestamptz,
      warned_before_ms bigint,
      keyring_told_at timestamptz,
      check (idle_since = greatest(created_at, last_used_at)),
      check ((ended_at is null) = (end_reason is null)),
      check ((warned_end is null) = (warned_before_ms is null))
    )`);
  await knex.raw('create index access_keys_idle on access_keys (team_id, idle_since) where ended_at is null');
  await knex.raw('create index access_keys_of_element on access_keys (element_id) where ended_at is null');
  await knex.raw(`
    create index access_keys_untold on access_keys (created_at) where ended_at is null and keyring_told_at is null`);
  await knex.raw(`create index notifications_of_keys on notifications (team_id, id) where topic = 'keys'`);
  // A day has 24 hours in every time zone that a session may be in, so the policy's duration becomes seconds first.
  await knex.raw(`
    create function doorlist_key_end(idle_since timestamptz, policy jsonb) returns timestamptz
      language sql stable parallel safe as $$
        select idle_since + interval '1 second' * extract(epoch from coalesce(policy->>'keyInactivity', 'P60D')::interval)
      $$`);
  // An end is for ever (KEY-4, KEY-5): no late use, and no policy that grows, brings a key back.
  await knex.raw(`
    create function doorlist_keep_key_ended() returns trigger language plpgsql as $$
      begin
        if old.ended_at is not null and (new.ended_at, new.end_reason, new.idle_since)
            is distinct from (old.ended_at, old.end_reason, old.idle_since) then
          raise exception using errcode = 'check_violation', constraint = 'access_key_stays_ended',
            message = 'an access key that ended stays ended';
        end if;
        return new;
      end $$`);
  await knex.raw(`
    create trigger access_key_stays_ended before update on access_keys
      for each row execute function doorlist_keep_key_ended()`);
  await wall(knex, ['access_keys']);
}

/** Takes it all back. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index notifications_of_keys');
  await drop(knex, ['access_keys']);
  await knex.raw('drop function doorlist_keep_key_ended()');
  await knex.raw('drop function doorlist_key_end(timestamptz, jsonb)');
}
