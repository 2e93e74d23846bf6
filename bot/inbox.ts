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

/** A callback that is worked off again. */
export interface LeftOver extends Callback {
  readonly isLastTry: boolean;
}

/** A callback that is tried this often without success, over half an hour, is left for a person to look at. */
const MOST_ATTEMPTS = 8;
/** Longer than a decision may take (12 s): whoever took a callback in has this long before another takes it over. */
const LEASE_MS = 15_000;
/** So few at once that they are all begun within their lease. */
const BATCH = 20;
/** Slack repeats an event for some minutes, and signatures are good for five; a day leaves room for looking into it. */
const KEPT_MS = 86_400_000;

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
  const now = store.clock.now();
  const { rows } = await store.knex.raw<{ rows: unknown[] }>(
    `insert into slack_inbox (key, kind, body, received_at, attempts, next_try_at) values (?, ?, ?, ?, 1, ?)
     on conflict (key) do nothing returning key`,
    [key, kind, raw, now, new Date(now.getTime() + LEASE_MS)],
  );
  return rows.length > 0;
}

/** Marks a callback done and forgets its body, which names people. */
export async function done(store: Store, key: string): Promise<void> {
  await SlackInboxEntry.query(store.knex).findById(key).patch({ doneAt: store.clock.now(), body: null });
}

/**
 * Takes over callbacks that were acknowledged and not finished: their process died, or a part was away. Safe in any number
 * of processes; the pause before the next try doubles, and starts now, so that a long outage costs no tries.
 */
export async function takeOver(store: Store): Promise<readonly LeftOver[]> {
  const now = store.clock.now();
  const { rows } = await store.knex.raw<{ rows: Left[] }>(
    `update slack_inbox
        set attempts = attempts + 1,
            next_try_at = ?::timestamptz + make_interval(secs => ? * power(2, attempts))
      where key in (
        select key from slack_inbox
         where done_at is null and body is not null and attempts < ? and next_try_at <= ?
         order by received_at limit ? for update skip locked)
      returning key, kind, body as raw, attempts`,
    [now, LEASE_MS / 1_000, MOST_ATTEMPTS, now, BATCH],
  );
  return rows.map(({ key, kind, raw, attempts }) => ({
    ...{ key, kind, raw },
    isLastTry: attempts >= MOST_ATTEMPTS,
  }));
}

/** Forgets callbacks that were done long ago: no delivery of them can come any more. */
export async function forgetOld(store: Store): Promise<void> {
  const before = new Date(store.clock.now().getTime() - KEPT_MS);
  await SlackInboxEntry.query(store.knex).where('doneAt', '<', before).delete();
}

interface Left {
  readonly key: string;
  readonly kind: string;
  readonly raw: string;
  readonly attempts: number;
}
