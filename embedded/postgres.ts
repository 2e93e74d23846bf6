import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { databasePlace, type DatabasePlace } from './postgres-binaries';
import { keptSecret } from './secrets';
import { freePort } from './ports';
import { commandOf } from './processes';
import { tether, type Tethered } from './tether';

/** A running Postgres of our own. */
export interface Postgres {
  /** As the superuser, to the database `doorlist`. */
  readonly url: string;
  readonly port: number;
  /** Resolves with its last words when it ends by itself or is stopped. */
  readonly exited: Promise<string>;
  stop(): Promise<void>;
}

/** How to run it. */
export interface PostgresOptions {
  readonly home: string;
  /** Unset: a free one. */
  readonly port?: number;
  /** `false` for throw-away databases of tests: a crash may lose them. */
  readonly fsync?: boolean;
}

/** A cold start on a slow disk, recovery after a crash included. */
const READY_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 50;
/** A server that cannot listen ends at once. */
const ENDS_WITHIN_MS = 2_000;
/** SQLSTATE invalid_password: no wait will change it. */
const WRONG_PASSWORD = '28P01';

/**
 * Starts Postgres on loopback with its files in the state folder, made at the first start. Survives kill -9, of itself and
 * of us.
 * @throws Error with Postgres's own words when it does not come up
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  mkdirSync(options.home, { recursive: true });
  const place = databasePlace(options.home);
  const password = keptSecret(join(options.home, 'postgres.password'));
  const data = join(place.folder, 'data');
  if (!existsSync(data)) initialize(place, data, password);
  forgetReusedId(data);
  const port = options.port ?? (await freePort());
  const url = (database: string) => `postgres://postgres:${password}@127.0.0.1:${port}/${database}`;
  const running = await untilReady(() => launch(place, data, port, options.fsync ?? true), url('postgres'));
  await ensureDatabase(url('postgres'));
  return { url: url('doorlist'), port, exited: running.exited, stop: () => running.stop() };
}

function initialize(place: DatabasePlace, data: string, password: string): void {
  mkdirSync(place.folder, { recursive: true });
  own(place, place.folder);
  // Made aside and renamed, so that a start that was cut short leaves no half database behind.
  const half = `${data}.new`;
  rmSync(half, { recursive: true, force: true });
  const passwordFile = join(place.folder, `pw-${randomBytes(4).toString('hex')}`);
  writeFileSync(passwordFile, password, { mode: 0o600 });
  own(place, passwordFile);
  try {
    const made = spawnSync(
      join(place.native, 'bin', 'initdb'),
      [
        '-D',
        half,
        '-U',
        'postgres',
        '-E',
        'UTF8',
        '--locale=C.UTF-8',
        '-A',
        'scram-sha-256',
        `--pwfile=${passwordFile}`,
        '--no-sync',
      ],
      { encoding: 'utf8', cwd: place.folder, ...(place.user ?? {}) },
    );
    if (made.status !== 0) throw new Error(`initdb failed: ${made.error?.message ?? made.stderr.trim()}`);
  } finally {
    rmSync(passwordFile, { force: true });
  }
  renameSync(half, data);
}

/**
 * A crash leaves `postmaster.pid` behind, and its id may be another program's by now, as after each restart of a container:
 * Postgres would take that program for itself and refuse to start.
 */
function forgetReusedId(data: string): void {
  const file = join(data, 'postmaster.pid');
  if (!existsSync(file)) return;
  const command = commandOf(Number.parseInt(readFileSync(file, 'utf8'), 10));
  if (command !== null && !command.includes(data)) rmSync(file);
}

function own({ user }: DatabasePlace, path: string): void {
  if (user === null) return;
  chownSync(path, user.uid, user.gid);
  if (!path.includes('pw-')) chmodSync(path, 0o700);
}

function launch(place: DatabasePlace, data: string, port: number, fsync: boolean): Tethered {
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    shared_buffers: '128MB',
    ...(fsync ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  return tether({
    command: join(place.native, 'bin', 'postgres'),
    args: [
      '-D',
      data,
      '-p',
      String(port),
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    // SIGINT is Postgres's fast stop: it ends sessions instead of waiting for them.
    stopSignal: 'INT',
    cwd: place.folder,
    user: place.user,
  });
}

async function untilReady(start: () => Tethered, url: string): Promise<Tethered> {
  const end = Date.now() + READY_WITHIN_MS;
  for (;;) {
    const child = start();
    let gone = false;
    void child.exited.then(() => (gone = true));
    const looked = ready(url, () => gone || Date.now() > end).then(() => null);
    const words = await Promise.race([child.exited, looked]).catch(async (error: unknown) => {
      // Another program's Postgres may have taken the port just before: then ours ends by itself, and says so.
      const last = await Promise.race([child.exited, pause(ENDS_WITHIN_MS)]);
      if (typeof last === 'string') return last;
      await child.stop();
      throw error;
    });
    if (words === null && (await answers(url))) return child;
    await child.stop();
    // The one that served a copy which was killed just now is still ending; it frees the folder in a moment.
    if (words === null || !words.includes('postmaster.pid') || Date.now() > end) {
      throw new Error(
        `Postgres did not start: ${words ?? `it did not answer within ${READY_WITHIN_MS / 1000} s`}`,
      );
    }
    await pause(500);
  }
}

async function ready(url: string, over: () => boolean): Promise<void> {
  while (!over() && !(await answers(url))) await pause(LOOK_EVERY_MS);
}

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === WRONG_PASSWORD) {
      throw new Error(
        'postgres.password in the state folder is not the one that its database was made with',
        {
          cause: error,
        },
      );
    }
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function ensureDatabase(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const there = await client.query(`select from pg_database where datname = 'doorlist'`);
    if (there.rowCount === 0) await client.query('create database doorlist');
  } finally {
    await client.end();
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
