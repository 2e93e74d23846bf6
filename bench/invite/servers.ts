import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { Client as Database } from 'pg';
import { freePort } from '../../embedded/ports';
import { startPostgres } from '../../embedded/postgres';
import { startTemporalServer } from '../../embedded/temporal-server';
import { temporalServerPrograms } from '../../embedded/temporal-server-programs';
import { tether, type Tethered } from '../../embedded/tether';
import { migrate } from '../../migrations/main';
import { makeBareDatabase } from './bare/database';
import { startMailSink, type MailSink } from './mail-sink';

/** Everything that both sides run on, and the processes of both. */
export interface Servers {
  readonly client: Client;
  readonly sink: MailSink;
  readonly operatorToken: string;
  readonly productUrl: string;
  readonly bareUrl: string;
  /** The version of Postgres. */
  readonly postgres: string;
  /** The two databases by side, as the superuser. */
  readonly databases: { readonly product: string; readonly bare: string };
  stop(): Promise<void>;
}

/** A worker bundles its workflows first, on a machine that does other things. */
const READY_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 100;

/** Starts one Postgres, one Temporal on it, one mail sink; of each side one API and one worker, each a process. */
export async function startServers(home: string, say: (line: string) => void): Promise<Servers> {
  const ends: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    const programs = await temporalServerPrograms(say);
    const postgres = await startPostgres({ home });
    ends.push(() => postgres.stop());
    await migrate(postgres.url);
    const bareDatabase = await makeBareDatabase(postgres.url);
    const port = await freePort();
    const temporal = await startTemporalServer({ programs, home, databaseUrl: postgres.url, port });
    ends.push(() => temporal.stop());
    const sink = await startMailSink();
    ends.push(() => sink.stop());
    const [productPort, barePort] = [await freePort(), await freePort()];
    const productUrl = `http://127.0.0.1:${productPort}`;
    const operatorToken = randomBytes(24).toString('base64url');
    const common = {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      TEMPORAL_ADDRESS: temporal.address,
      SMTP_URL: sink.url,
      LOG_LEVEL: 'warn',
    };
    const product = {
      ...common,
      PORT: String(productPort),
      PUBLIC_URL: productUrl,
      DATABASE_URL: postgres.url,
      DOORLIST_SECRET: randomBytes(32).toString('base64url'),
      DOORLIST_OPERATOR_TOKEN: operatorToken,
      // Fifty guests share a few people's tokens: a limit is not what is measured.
      RATE_TOKEN: '0',
    };
    const bare = { ...common, PORT: String(barePort), DATABASE_URL: bareDatabase };
    const died: string[] = [];
    for (const [file, env] of [
      ['api/main.ts', product],
      ['workers/main.ts', product],
      ['bench/invite/bare/api.ts', bare],
      ['bench/invite/bare/worker.ts', bare],
    ] as const) {
      const child = startProcess(file, env);
      ends.push(() => child.stop());
      void child.exited.then((words) => died.push(`${file} ended: ${words}`));
    }
    const connection = await Connection.connect({ address: temporal.address });
    ends.push(() => connection.close());
    const bareUrl = `http://127.0.0.1:${barePort}`;
    await untilServed([`${productUrl}/readyz`, bareUrl], died);
    const client = new Client({ connection, namespace: temporal.namespace });
    const databases = { product: postgres.url, bare: bareDatabase };
    const version = await versionOf(postgres.url);
    return { client, sink, operatorToken, productUrl, bareUrl, postgres: version, databases, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function versionOf(connectionString: string): Promise<string> {
  const client = new Database({ connectionString });
  await client.connect();
  try {
    const { rows } = await client.query<{ server_version: string }>('show server_version');
    return rows[0]?.server_version ?? 'unknown';
  } finally {
    await client.end();
  }
}

function startProcess(file: string, env: NodeJS.ProcessEnv): Tethered {
  return tether({ command: process.execPath, args: ['--import', 'tsx', file], stopSignal: 'TERM', env });
}

async function untilServed(urls: readonly string[], died: readonly string[]): Promise<void> {
  const end = Date.now() + READY_WITHIN_MS;
  for (const url of urls) {
    for (;;) {
      const answer = await fetch(url).catch(() => null);
      await answer?.arrayBuffer();
      if (answer?.ok === true) break;
      if (died[0] !== undefined) throw new Error(died[0]);
      if (Date.now() > end) throw new Error(`${url} did not answer within ${READY_WITHIN_MS / 1000} s`);
      await pause(LOOK_EVERY_MS);
    }
  }
}
