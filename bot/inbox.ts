import { createHash } from 'node:crypto';
import type { Store } from '../store/database';
import { SlackInboxEntry } from '../store/models';

/** A verified callback of Slack. */
export interface Callback {
  /** The same for each delivery of the same click or event. */
  readonly key: string;
  readonly kind: string;
  /** Its body as it was sent, kept until it is done. */
  readonly raw: string;
}

/** A callback that is tried this often without success is left for a person to look at. */
const MOST_ATTEMPTS = 8;
/** Who took a callback in has this long before the sweeper takes it over; doubled with each attempt. */
const LEASE_MS = 10_000;

/**
 * Names a callback: an event by its id, all else by its very bytes. An interaction that is delivered again is the same to
 * the letter; two clicks never are, since each carries its own trigger and time.
 */
export function keyOf(body: Readonly<Record<string, unknown>>, raw: string): string {
  const id = body['event_id'];
  return typeof id === 'string' && id !== '' ? id : createHash('sha256').update(raw).digest('hex');
}

/**
 * Takes a callback in, before it is acknowledged (SLACK-9).
 * @returns false when it was taken in before: whoever did works on it, or did
 */
export async function takeIn(store: Store, { key, kind, raw }: Callback): Promise<boolean> {
  const { rows } = await store.knex.raw<{ rows: unknown[] }>(
    `insert into slack_inbox (key, kind, body, received_at, attempts) values (?, ?, ?, ?, 1)
     on conflict (key) do nothing returning key`,
    [key, kind, raw, store.clock.now()],
  );
  return rows.length > 0;
}

/** Marks a callback done and forgets its body, which names people. */
export async function done(store: Store, key: string): Promise<void> {
  await SlackInboxEntry.query(store.knex).findById(key).patch({ doneAt: store.clock.now(), body: null });
}

/** Takes over callbacks that were acknowledged and not finished: their process died. Safe in any number of processes. */
export async function takeOver(store: Store): Promise<readonly Callback[]> {
  const { rows } = await store.knex.raw<{ rows: { key: string; kind: string; body: string | null }[] }>(
    `update slack_inbox set attempts = attempts + 1
      where key in (
        select key from slack_inbox
         where done_at is null and attempts < ?
           and received_at + make_interval(secs => ? * power(2, attempts - 1)) < ?
         order by received_at limit 20 for update skip locked)
      returning key, kind, body`,
    [MOST_ATTEMPTS, LEASE_MS / 1_000, store.clock.now()],
  );
  return rows.flatMap(({ key, kind, body }) => (body === null ? [] : [{ key, kind, raw: body }]));
}
