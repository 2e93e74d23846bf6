import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Client as Temporal, Connection } from '@temporalio/client';
import { Client as Postgres } from 'pg';

/**
 * A text as it may lie somewhere: as it is, in hexadecimal as Postgres shows bytes, and in Base64 at each of the three
 * places that it may have in a longer text, less the characters that depend on its neighbours.
 */
export function formsOf(text: string): readonly string[] {
  const bytes = Buffer.from(text);
  const base64 = [0, 1, 2].map((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    return whole.slice(Math.ceil((before * 8) / 6), -1);
  });
  const forUrls = base64.map((form) => form.replaceAll('+', '-').replaceAll('/', '_'));
  return [...new Set([text, bytes.toString('hex'), ...base64, ...forUrls])];
}

/** Files of a folder with one of these texts in their bytes: Postgres's tables and log of writes, Temporal's store, Slack's. */
export function filesWith(folder: string, texts: readonly string[]): string[] {
  const forms = texts.flatMap(formsOf);
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => {
      const path = join(folder, name);
      if (!existsSync(path) || !statSync(path).isFile()) return false;
      const bytes = readFileSync(path);
      return forms.some((form) => bytes.includes(form));
    });
}

/**
 * Tables with a row that holds one of these texts, in every database of a server, Postgres's own tables too: long values are
 * compressed in its files, and read whole here. @param url as the superuser
 */
export async function rowsWith(url: string, texts: readonly string[]): Promise<string[]> {
  const forms = texts.flatMap(formsOf);
  const found: string[] = [];
  const databases = await inDatabase(url, null, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      'select datname as name from pg_database where datallowconn order by 1',
    );
    return rows.map(({ name }) => name);
  });
  for (const database of databases) {
    await inDatabase(url, database, async (client) => {
      const { rows: tables } = await client.query<{ name: string }>(
        `select format('%I.%I', nspname, relname) as name from pg_class c join pg_namespace n on n.oid = relnamespace
          where relkind in ('r', 'm') order by 1`,
      );
      for (const { name } of tables) {
        const { rows } = await client.query(
          `select from ${name} as whole_row, unnest($1::text[]) as form where position(form in whole_row::text) > 0 limit 1`,
          [forms],
        );
        if (rows.length > 0) found.push(`${database}: ${name}`);
      }
    });
  }
  return found;
}

/** Runs something in a database of a server, as its superuser. @param database null: the one that the URL names */
export async function inDatabase<T>(
  url: string,
  database: string | null,
  work: (client: Postgres) => Promise<T>,
): Promise<T> {
  const at = new URL(url);
  if (database !== null) at.pathname = `/${database}`;
  const client = new Postgres({ connectionString: at.href });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Runs of a Temporal server, open and closed, with one of these texts in their history or in what lists show of them. */
export async function runsWith(address: string, texts: readonly string[]): Promise<string[]> {
  const forms = texts.flatMap(formsOf);
  return inTemporal(address, async ({ workflow }) => {
    const found: string[] = [];
    for await (const { workflowId, runId, raw } of workflow.list()) {
      const said = textIn([raw, await workflow.getHandle(workflowId, runId).fetchHistory()]);
      if (forms.some((form) => said.includes(form))) found.push(workflowId);
    }
    return found;
  });
}

/** Runs something with a client of a Temporal server. */
export async function inTemporal<T>(address: string, work: (client: Temporal) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address });
  try {
    return await work(new Temporal({ connection }));
  } finally {
    await connection.close();
  }
}

/** Subjects of caught mails with one of these texts: bodies are decoded, whatever they were sent in. */
export async function mailsWith(mailUrl: string, texts: readonly string[]): Promise<string[]> {
  const forms = texts.flatMap(formsOf);
  const mails = (await (await fetch(`${mailUrl}/email`)).json()) as { subject: string }[];
  return mails
    .filter((mail) => forms.some((form) => JSON.stringify(mail).includes(form)))
    .map(({ subject }) => subject);
}

/** All texts and bytes in a value, one after the other. */
function textIn(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
  if (typeof value !== 'object' || value === null) return '';
  return Object.values(value).map(textIn).join('\n');
}
