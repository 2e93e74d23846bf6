import { randomBytes } from 'node:crypto';
import { Client, type QueryResult } from 'pg';
import { migrate } from '../../migrations/main';
import { openStore, type Store } from '../../store/database';

/** A store on a schema of its own in the layer's Postgres, so that test files never see each other's rows. */
export interface TestStore extends Store {
  readonly databaseUrl: string;
  readonly schema: string;
}

/** The throw-away Postgres that the layer's global set-up started. */
export function testDatabaseUrl(): string {
  const url = process.env['DOORLIST_TEST_DATABASE_URL'];
  if (url === undefined) throw new Error('this layer needs a Postgres: see test/support/postgres-setup.ts');
  return url;
}

/** Makes a fresh schema, migrates it, and opens a store on it. Close it in `afterAll`. */
export async function openTestStore(): Promise<TestStore> {
  const schema = `t_${randomBytes(6).toString('hex')}`;
  const databaseUrl = testDatabaseUrl();
  await asOwner(databaseUrl, `create schema ${schema}`);
  await migrate(databaseUrl, 'up', [schema]);
  const store = await openStore({ databaseUrl, poolMax: 10, searchPath: [schema] });
  return {
    ...store,
    databaseUrl,
    schema,
    close: async () => {
      await store.close();
      await asOwner(databaseUrl, `drop schema ${schema} cascade`);
    },
  };
}

/** Runs one statement as the tables' owner, past row-level security. */
export async function asOwner(
  databaseUrl: string,
  sql: string,
  values: unknown[] = [],
): Promise<QueryResult> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return await client.query(sql, values);
  } finally {
    await client.end();
  }
}
