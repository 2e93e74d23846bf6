import { Client } from 'pg';

const NAME = 'bare';

/**
 * Makes the bare flow's database: rows of a few hundred bytes with an id, a flow and a state, as the product's tables have.
 * @returns its URL
 */
export async function makeBareDatabase(postgresUrl: string): Promise<string> {
  await asked(postgresUrl, `create database ${NAME}`);
  const url = new URL(postgresUrl);
  url.pathname = `/${NAME}`;
  await asked(
    url.href,
    `create table rows (id uuid primary key, flow uuid not null, state text not null, body jsonb not null, at timestamptz not null);
     create index on rows (flow);
     create table links (token text primary key, flow uuid not null)`,
  );
  return url.href;
}

async function asked(connectionString: string, sql: string): Promise<void> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
