import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { v7 as uuid } from 'uuid';
import { KEY_ALPHABET, KEY_RANDOM_LENGTH, keyOf, keyTail } from '../../domain/access-key';
import { accessKeyHash } from '../../operations/parts/access-key-secret';

/** A team with many keys, and the same keys in the two bare tables of the baselines. */
export interface KeyWorld {
  readonly teamId: string;
  /** The plain keys, in the order of `pathOf`. */
  readonly keys: readonly string[];
  /** The address of the collection that a key opens, with the key. */
  pathOf(nth: number): string;
  /** Table and indexes, bytes a key. */
  readonly bytesPerKey: number;
}

export const COLLECTIONS = 1_000;
/** As many rows as one statement takes in some hundred milliseconds. */
const AT_ONCE = 20_000;

/** Makes it. @param idleDays since when the keys lie idle */
export async function makeKeyWorld(databaseUrl: string, count: number, idleDays: number): Promise<KeyWorld> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const [teamId, workspaceId, userId] = [uuid(), uuid(), uuid()];
    const elements = Array.from({ length: COLLECTIONS }, () => uuid());
    const now = new Date();
    await client.query(`insert into users values ($1::uuid, $1::uuid || '@bench.example', 'Ada', $2, $2)`, [
      userId,
      now,
    ]);
    await client.query(
      `insert into teams (id, name, slug, plan, seats, auto_flex, created_at) values ($1::uuid, 'Many', $1::uuid::text, 'enterprise', 9, true, $2)`,
      [teamId, now],
    );
    await client.query(`insert into members values ($1, $2, '{developer}', $3)`, [teamId, userId, now]);
    await client.query(
      `insert into workspaces (id, team_id, name, visibility, created_at) values ($1, $2, 'Shop', 'team', $3)`,
      [workspaceId, teamId, now],
    );
    await client.query(
      `insert into elements (id, team_id, workspace_id, type, name, version, created_at, updated_at)
       select id, $2, $3, 'collection', 'Orders', 1, $4, $4 from unnest($1::uuid[]) id`,
      [elements, teamId, workspaceId, now],
    );
    await client.query(
      `insert into element_versions (element_id, version, team_id, content, etag, created_at)
       select id, 1, $2, $3, '"1"', $4 from unnest($1::uuid[]) id`,
      [elements, teamId, collection(), now],
    );
    await bareTables(client);
    const keys = await insertKeys(client, { count, teamId, userId, elements, idleDays });
    const { rows } = await client.query<{ bytes: string }>(
      `select pg_total_relation_size('access_keys') / $1::bigint as bytes`,
      [count],
    );
    await client.query('vacuum analyze');
    await client.query('checkpoint');
    return {
      ...{ teamId, keys, bytesPerKey: Number(rows[0]?.bytes) },
      pathOf: (nth) => `/collections/${elements[nth % COLLECTIONS] ?? ''}?access_key=${keys[nth] ?? ''}`,
    };
  } finally {
    await client.end();
  }
}

async function bareTables(client: Client): Promise<void> {
  await client.query(`
    create schema if not exists bare;
    create table bare.collections (id uuid primary key, content text not null);
    create table bare.keys (hash bytea primary key, collection_id uuid not null, ended_at timestamptz);
    insert into bare.collections select element_id, content from element_versions`);
}

async function insertKeys(
  client: Client,
  of: { count: number; teamId: string; userId: string; elements: readonly string[]; idleDays: number },
): Promise<string[]> {
  const keys: string[] = [];
  // Foreign keys hold by the way the rows are made; a million checks of them would only take time.
  await client.query('set session_replication_role = replica');
  const since = new Date(Date.now() - of.idleDays * 86_400_000);
  while (keys.length < of.count) {
    const from = keys.length;
    const made = Array.from({ length: Math.min(AT_ONCE, of.count - from) }, () => {
      const random = [...randomBytes(KEY_RANDOM_LENGTH)].map((byte) => KEY_ALPHABET.charAt(byte % 62));
      return keyOf(random.join(''));
    });
    const hashes = made.map(accessKeyHash);
    const elements = made.map((_, at) => of.elements[(from + at) % of.elements.length]);
    await client.query(
      `insert into access_keys (id, team_id, element_id, hash, tail, created_by, created_at, idle_since, keyring_told_at)
       select id, $1, element, hash, tail, $2, $3::timestamptz + n * interval '1 millisecond', $3::timestamptz + n * interval '1 millisecond', $3
         from unnest($4::uuid[], $5::uuid[], $6::bytea[], $7::text[]) with ordinality as k (id, element, hash, tail, n)`,
      [
        of.teamId,
        of.userId,
        new Date(since.getTime() + from),
        made.map(() => uuid()),
        elements,
        hashes,
        made.map(keyTail),
      ],
    );
    await client.query('insert into bare.keys select * from unnest($1::bytea[], $2::uuid[])', [
      hashes,
      elements,
    ]);
    keys.push(...made);
  }
  await client.query('set session_replication_role = origin');
  return keys;
}

/** A collection of about two kilobytes. */
function collection(): string {
  const item = Array.from({ length: 8 }, (_, nth) => ({
    name: `Order ${nth}`,
    request: {
      method: 'GET',
      header: [{ key: 'Accept', value: 'application/json' }],
      url: {
        raw: `https://api.northwind.example/orders/${nth}?expand=lines`,
        host: ['api', 'northwind', 'example'],
      },
    },
  }));
  const schema = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json';
  return JSON.stringify({ info: { name: 'Orders', schema }, item });
}
