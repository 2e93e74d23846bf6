import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { startPostgres } from '../../embedded/postgres';
import { migrate } from '../../migrations/main';
import { surroundings, writeResult } from '../results';
import { serve, type Served } from '../servers';
import { spreadOf } from '../verdict';
import { measureEnds } from './ends';
import { measurePeaks, measureTails } from './serving';
import { makeKeyWorld } from './world';

/** Whole, for the docs; short, for a look. */
const WHOLE = {
  keys: 1_000_000,
  peaks: { rounds: 13, seconds: 3 },
  tails: { rounds: 5, seconds: 3 },
  ends: { rounds: 9, due: 15_000 },
};
const SHORT = {
  keys: 100_000,
  peaks: { rounds: 3, seconds: 1 },
  tails: { rounds: 3, seconds: 2 },
  ends: { rounds: 3, due: 3_000 },
};
const BYTES_A_KEY = 300;

const ABOUT = `Reads of collections of two kilobytes by one of a million keys, over 32 connections, and the end of
15,000 keys of one team. \`bare-http-pg\` is node:http with one prepared statement a request, \`bare-express-objection\`
Express with models and their relation; neither counts, limits, logs or packs anything. The product runs as \`npm run api\`
does, its log going to a file. Warm reads take a hundred keys in turn, cold ones a random key of all each time.
Processor times are of the server and of Postgres together, and decide where the rates differ by less than the noise;
a cold read, whose use is written, may take a fifth more than the bare one.`;

/** Reading by access keys, and what their ends cost, beside the least that could do it. */
export async function keys(isShort: boolean): Promise<void> {
  const size = isShort ? SHORT : WHOLE;
  const home = mkdtempSync(join(tmpdir(), 'doorlist-bench-'));
  chmodSync(home, 0o755);
  const postgres = await startPostgres({ home, fsync: false });
  const servers: Served[] = [];
  const started = async (file: string, env: NodeJS.ProcessEnv): Promise<Served> => {
    const server = await serve(file, join(home, 'bench.log'), { DATABASE_URL: postgres.url, ...env });
    servers.push(server);
    return server;
  };
  try {
    await migrate(postgres.url);
    const where = surroundings(await versionOf(postgres.url));
    const world = await makeKeyWorld(postgres.url, size.keys, 30);
    const sides = {
      bare: await started('bench/bare/http-pg.ts', {}),
      objection: await started('bench/bare/express-objection.ts', {}),
      product: await started('api/main.ts', PRODUCT),
    };
    const { rows, itself, basePeak } = await measurePeaks(world, sides, size.peaks);
    rows.push(...(await measureTails(world, sides, { ...size.tails, rate: basePeak / 2 })));
    rows.push(
      ...(await measureEnds(postgres.url, world, sides.product, { ...size.ends, rate: basePeak / 4 })),
    );
    rows.push({
      ...{ what: 'a key in the database, indexes included', value: world.bytesPerKey, unit: 'bytes' },
      ...{ goal: `≤ ${BYTES_A_KEY}`, verdict: world.bytesPerKey <= BYTES_A_KEY ? 'reached' : 'missed' },
    });
    const result = { name: 'keys', about: ABOUT, rounds: size.peaks.rounds, itself: spreadOf(itself), rows };
    writeResult(where, result, isShort);
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
    await postgres.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

/** As it ships, but for limits so high that they count and never refuse. */
const PRODUCT: NodeJS.ProcessEnv = {
  PUBLIC_URL: 'http://127.0.0.1',
  TEMPORAL_ADDRESS: '127.0.0.1:1',
  SMTP_URL: 'smtp://127.0.0.1:1',
  DOORLIST_SECRET: 's'.repeat(32),
  RATE_KEY: '1000000000',
  RATE_MISS: '1000000000',
};

async function versionOf(databaseUrl: string): Promise<string> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ server_version: string }>('show server_version');
    return rows[0]?.server_version ?? 'unknown';
  } finally {
    await client.end();
  }
}
