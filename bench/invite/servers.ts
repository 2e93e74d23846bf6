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
  /** The product's worker, which may be ended by kill -9 and started again. */
  readonly worker: {
    kill(): Promise<void>;
    start(): void;
    /** Where one that has a gauge answers. */
    readonly gaugeUrl: string;
  };
  stop(): Promise<void>;
}

/** A worker bundles its workflows first, on a machine that does other things. */
const READY_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 100;

/** What is started besides what both sides run on. */
interface Parts {
  /** Whether the bare flow's processes are. */
  readonly bare: boolean;
  /** The file that runs the product's worker. */
  readonly worker: string;
}

/** Starts one Postgres, one Temporal on it, one mail sink; of each side one API and one worker, each a process. */
export async function startServers(
  home: string,
  say: (line: string) => void,
  parts: Parts = { bare: true, worker: 'workers/main.ts' },
): Promise<Servers> {
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
    const begin = (file: string, env: NodeJS.ProcessEnv): Tethered => {
      const child = startProcess(file, env);
      ends.push(() => child.stop());
      void child.exited.then((words) => died.push(`${file} ended: ${words}`));
      return child;
    };
    const gaugePort = await freePort();
    const startWorker = () => begin(parts.worker, { ...product, GAUGE_PORT: String(gaugePort) });
    begin('api/main.ts', product);
    let working = startWorker();
    if (parts.bare) {
      begin('bench/invite/bare/api.ts', bare);
      begin('bench/invite/bare/worker.ts', bare);
    }
    const worker = {
      gaugeUrl: `http://127.0.0.1:${gaugePort}`,
      kill: async () => {
        // Its tether is in its group, and goes with it.
        process.kill(-working.pid, 'SIGKILL');
        await working.exited;
      },
      start: () => {
        working = startWorker();
      },
    };
    const connection = await Connection.connect({ address: temporal.address });
    ends.push(() => connection.close());
    const bareUrl = `http://127.0.0.1:${barePort}`;
    await untilServed([`${productUrl}/readyz`, ...(parts.bare ? [bareUrl] : [])], died);
    const client = new Client({ connection, namespace: temporal.namespace });
    const databases = { product: postgres.url, bare: bareDatabase };
    const version = await versionOf(postgres.url);
    return { client, sink, operatorToken, productUrl, bareUrl, postgres: version, databases, worker, stop };
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
