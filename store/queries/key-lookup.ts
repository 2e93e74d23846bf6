import type { Reader } from '../reader';

/** A key to look up. */
export interface AskedKey {
  /** Its SHA-256. */
  readonly hash: Buffer;
  /** The collection that it is to open, and the version of it that the caller has, or null. */
  readonly elementId: string | null;
  readonly have: number | null;
}

/** A living key with the newest document of its collection, as one look-up finds them. */
export interface FoundKey {
  readonly keyId: string;
  readonly teamId: string;
  readonly elementId: string;
  readonly idleSince: Date;
  /** The team's `keyInactivity`, or null where it keeps the default. */
  readonly inactivity: string | null;
  readonly version: number;
  readonly etag: string;
  /** Null when the caller has this version already. */
  readonly content: string | null;
}

const LOOK_UP = `
  select asked.nth::int, k.id as "keyId", k.team_id as "teamId", k.element_id as "elementId",
         k.idle_since as "idleSince", t.policy->>'keyInactivity' as inactivity, e.version, v.etag,
         case when e.id = asked.element_id and e.version = asked.have then null else v.content end as content
    from unnest($1::bytea[], $2::bigint[], $3::uuid[], $4::int[]) with ordinality
           as asked (hash, head, element_id, have, nth)
    join access_keys k on k.hash_head = asked.head and k.hash = asked.hash and k.ended_at is null
    join teams t on t.id = k.team_id
    join elements e on e.id = k.element_id and e.deleted_at is null
    join workspaces w on w.id = e.workspace_id and w.deleted_at is null
    join element_versions v on v.element_id = e.id and v.version = e.version`;

/**
 * Looks keys up by their SHA-256, all in one statement. Whether one is past its end is for the caller's clock to say.
 * @returns what was found, in the order of what was asked
 */
export async function lookUpKeys(
  { read }: Pick<Reader, 'read'>,
  asked: readonly AskedKey[],
): Promise<readonly (FoundKey | null)[]> {
  const values = [
    asked.map(({ hash }) => hash),
    asked.map(({ hash }) => String(hash.readBigInt64BE())),
    asked.map(({ elementId }) => elementId),
    asked.map(({ have }) => have),
  ];
  const rows = await read<FoundKey & { nth: number }>({ name: 'access-keys', text: LOOK_UP, values });
  const found = asked.map((): FoundKey | null => null);
  for (const { nth, ...key } of rows) found[nth - 1] = key;
  return found;
}
