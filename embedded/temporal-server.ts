import { randomInt } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { run } from './cache';
import { isFree } from './ports';
import { NAMESPACE, untilPrepared } from './temporal-namespace';
import {
  DATABASES,
  dynamicConfig,
  serverConfig,
  SERVICES,
  type ServerDatabase,
  type ServerPorts,
} from './temporal-server-config';
import type { ServerPrograms } from './temporal-server-programs';
import { tether } from './tether';

/** A running Temporal server on Postgres. */
export interface TemporalServer {
  readonly address: string;
  readonly namespace: string;
  /** Resolves with its last words when it ends by itself or is stopped. */
  readonly exited: Promise<string>;
  stop(): Promise<void>;
}

/** How to run it. */
export interface TemporalServerOptions {
  readonly programs: ServerPrograms;
  /** Where its configuration lies. */
  readonly home: string;
  /** As a user who may create databases; Temporal's two are made in it. */
  readonly databaseUrl: string;
  readonly port: number;
}

/** Temporal's tables, on a slow disk. */
const SCHEMA_WITHIN_MS = 120_000;
/** Where the server's parts meet: its table of members holds ports as signed 16-bit numbers, so none of the system's own. */
const LOWEST_PORT = 10_000;
const HIGHEST_PORT = 32_767;

/**
 * Starts Temporal's server on a Postgres, as in production but all in one process on loopback, with our namespace and
 * search attributes. Its tables are made or brought to its version first.
 * @throws Error with its own words when it does not come up
 */
export async function startTemporalServer(options: TemporalServerOptions): Promise<TemporalServer> {
  const { programs, home, databaseUrl, port } = options;
  const { hostname: host, port: databasePort, username: user, password } = new URL(databaseUrl);
  const database = { host, port: Number(databasePort || 5432), user, password: decodeURIComponent(password) };
  await makeDatabases(databaseUrl);
  for (const which of ['default', 'visibility'] as const) {
    await makeTables(programs.sqlTool, database, databaseUrl, which);
  }
  const config = await writeConfig(home, database, port);
  const child = tether({
    command: programs.server,
    args: ['--config-file', config, '--allow-no-auth', 'start'],
    stopSignal: 'TERM',
  });
  const address = `127.0.0.1:${port}`;
  await untilPrepared(child, address, "Temporal's server");
  return { address, namespace: NAMESPACE, exited: child.exited, stop: () => child.stop() };
}

async function makeDatabases(databaseUrl: string): Promise<void> {
  await asked(databaseUrl, async (client) => {
    for (const name of Object.values(DATABASES)) {
      const there = await client.query('select from pg_database where datname = $1', [name]);
      if (there.rowCount === 0) await client.query(`create database ${name}`);
    }
  });
}

async function makeTables(
  sqlTool: string,
  { host, port, user, password }: ServerDatabase,
  databaseUrl: string,
  which: keyof typeof DATABASES,
): Promise<void> {
  const url = new URL(databaseUrl);
  url.pathname = `/${DATABASES[which]}`;
  const isNew = await asked(url.href, async (client) => {
    const { rows } = await client.query<{ is: boolean }>(
      `select to_regclass('schema_version') is null as is`,
    );
    return rows[0]?.is ?? true;
  });
  const to = [
    '--plugin',
    'postgres12_pgx',
    '--ep',
    host,
    '-p',
    String(port),
    '-u',
    user,
    '--db',
    DATABASES[which],
  ];
  // By environment: command lines are for everybody to read.
  const env = { ...process.env, SQL_PASSWORD: password };
  if (isNew) await run(sqlTool, [...to, 'setup-schema', '-v', '0.0'], SCHEMA_WITHIN_MS, env);
  const schema = which === 'default' ? 'temporal' : 'visibility';
  await run(
    sqlTool,
    [...to, 'update-schema', '--schema-name', `postgresql/v12/${schema}`],
    SCHEMA_WITHIN_MS,
    env,
  );
}

async function asked<T>(connectionString: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function writeConfig(home: string, database: ServerDatabase, port: number): Promise<string> {
  mkdirSync(home, { recursive: true });
  const taken = new Set([port]);
  const another = async (): Promise<number> => {
    const tried = randomInt(LOWEST_PORT, HIGHEST_PORT);
    if (taken.has(tried) || !(await isFree(tried))) return another();
    taken.add(tried);
    return tried;
  };
  const pairs: [string, ServerPorts['frontend']][] = [];
  for (const name of SERVICES) {
    pairs.push([name, { grpc: name === 'frontend' ? port : await another(), membership: await another() }]);
  }
  const dynamicFile = join(home, 'temporal-dynamic.yaml');
  writeFileSync(dynamicFile, dynamicConfig());
  const file = join(home, 'temporal.yaml');
  writeFileSync(file, serverConfig(database, Object.fromEntries(pairs) as ServerPorts, dynamicFile), {
    mode: 0o600,
  });
  return file;
}
