import type { Reader } from '../reader';

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
  select k.id as "keyId", k.team_id as "teamId", k.element_id as "elementId", k.idle_since as "idleSince",
         t.policy->>'keyInactivity' as inactivity, e.version, v.etag,
         case when e.version = $2 then null else v.content end as content
    from access_keys k
    join teams t on t.id = k.team_id
    join elements e on e.id = k.element_id and e.deleted_at is null
    join workspaces w on w.id = e.workspace_id and w.deleted_at is null
    join element_versions v on v.element_id = e.id and v.version = e.version
   where k.hash = $1 and k.ended_at is null`;

/**
 * Looks a key up by its SHA-256. Whether it is past its end is for the caller's clock to say.
 * @param have the version whose document the caller has, or null
 */
export async function lookUpKey(
  { read }: Pick<Reader, 'read'>,
  hash: Buffer,
  have: number | null,
): Promise<FoundKey | null> {
  const rows = await read<FoundKey>({ name: 'access-key', text: LOOK_UP, values: [hash, have] });
  return rows[0] ?? null;
}
