import type { Tx } from '../database';

/** A use of a key: the latest of those that were gathered. */
export interface KeyUse {
  readonly keyId: string;
  readonly at: Date;
}

/** As many rows as one statement writes in some milliseconds. */
export const USES_AT_ONCE = 1_000;

/**
 * Writes one use of a key, if it served at that instant (KEY-4): the guard is asked again when the row's lock is had, so
 * the end and a use never both happen.
 * @returns whether it did
 */
export async function touchKey(tx: Tx, keyId: string, at: Date): Promise<boolean> {
  const { rows } = await tx.raw<{ rows: object[] }>(
    `update access_keys k
        set last_used_at = greatest(k.last_used_at, :at), idle_since = greatest(k.idle_since, :at)
       from teams t
      where k.id = :keyId and t.id = k.team_id and k.ended_at is null
        and cast(:at as timestamptz) < doorlist_key_end(k.idle_since, t.policy)
      returning k.id`,
    { keyId, at },
  );
  return rows.length > 0;
}

/**
 * Writes gathered uses in one statement. Each was of a key that served then, so only an end that was written since stands
 * against it. Rows are locked in order: two processes that write the same keys wait, and never deadlock.
 * @param uses at most {@link USES_AT_ONCE}, each key once
 */
export async function writeKeyUses(tx: Tx, uses: readonly KeyUse[]): Promise<void> {
  await tx.raw(
    `with used as (
       select * from unnest(:ids::uuid[], :ats::timestamptz[]) as u (id, at)
     ), locked as (
       select k.id, used.at from access_keys k join used on used.id = k.id
        where k.ended_at is null order by k.id for no key update of k
     )
     update access_keys k
        set last_used_at = greatest(k.last_used_at, locked.at), idle_since = greatest(k.idle_since, locked.at)
       from locked
      where k.id = locked.id and k.ended_at is null`,
    { ids: uses.map(({ keyId }) => keyId), ats: uses.map(({ at }) => at.toISOString()) },
  );
}
