import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { freePort } from '../../embedded/ports';
import { eventually } from '../../embedded/tour/eventually';
import type { TestStore } from './database';

/** The API as `npm run api` runs it, in a process of its own, with a clock that may be off. */
export interface ApiProcess {
  readonly url: string;
  /** All that it printed. */
  printed(): string;
  /** Ends it at once, as `kill -9` does. */
  kill(): Promise<void>;
}

/** Starting from sources takes some seconds on a busy machine. */
const READY_WITHIN_MS = 60_000;

/** Starts it on a store's database. Temporal and mail are away: serving needs neither. @param clockShiftMs how far it is off */
export async function startApiProcess(
  { databaseUrl, schema }: Pick<TestStore, 'databaseUrl' | 'schema'>,
  clockShiftMs = 0,
): Promise<ApiProcess> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const options = encodeURIComponent(`-c search_path=${schema}`);
  const clock = resolve(__dirname, 'shifted-clock.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', '--import', clock, 'api/main.ts'], {
    cwd: resolve(__dirname, '../..'),
    env: {
      ...process.env,
      NODE_ENV: 'production',
      PORT: String(port),
      PUBLIC_URL: url,
      DATABASE_URL: `${databaseUrl}?options=${options}`,
      TEMPORAL_ADDRESS: '127.0.0.1:1',
      SMTP_URL: 'smtp://127.0.0.1:1',
      DOORLIST_SECRET: 's'.repeat(32),
      // Tests read without a pause.
      ...{ RATE_KEY: '0', RATE_MISS: '0' },
      CLOCK_SHIFT_MS: String(clockShiftMs),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => void printed.push(chunk.toString('utf8')));
  }
  const gone = new Promise((done) => child.once('exit', done));
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await gone;
  };
  const answers = () =>
    fetch(`${url}/healthz`).then(
      ({ ok }) => (ok ? true : null),
      () => null,
    );
  await eventually(url, answers, READY_WITHIN_MS).catch(async (error: unknown) => {
    await kill();
    throw new Error(`it did not start: ${printed.join('')}`, { cause: error });
  });
  return { url, printed: () => printed.join(''), kill };
}
