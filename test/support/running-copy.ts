import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readAddresses } from '../../embedded/addresses';
import { freePort, keptPorts } from '../../embedded/ports';
import type { TourPlaces } from '../../embedded/tour/steps';

/** A copy of Doorlist as `npm start` runs it, in a process of its own; tests speak to it over HTTP alone. */
export interface RunningCopy {
  readonly home: string;
  readonly port: number;
  /** Starts it, and waits for its `ready` line. */
  start(): Promise<void>;
  /** Ends everything at once, as a power cut does. */
  kill(): Promise<void>;
  /** Asks it to end, and waits for that. @returns its exit code */
  stop(): Promise<number | null>;
  places(): TourPlaces;
  /** Its Postgres, as the superuser. */
  databaseUrl(): string;
  temporalAddress(): string;
  /** All that it printed since its first start. */
  printed(): string;
  /** Stops it and removes its state. */
  discard(): Promise<void>;
}

/** A first start brings a database and a Temporal namespace up, on a machine that runs other tests beside it. */
const READY_WITHIN_MS = 90_000;

/** What else of a copy listens. */
const PARTS = ['postgres', 'temporal', 'temporal-ui', 'smtp', 'mail', 'slack', 'issuer', 'example-api'];

/** A copy with a state folder of its own, not started yet. @param env in place of embedded parts */
export async function newCopy(env: NodeJS.ProcessEnv = {}): Promise<RunningCopy> {
  const home = mkdtempSync(join(tmpdir(), 'doorlist-copy-'));
  // As root the database runs as another user, who has to get in.
  chmodSync(home, 0o755);
  const port = await freePort();
  // The usual ones are every copy's: another would take them while this one is down, and this one would move.
  const ports = keptPorts(home);
  for (const part of PARTS) await ports.take(part, await freePort());
  let child: ChildProcess | null = null;
  const printed: string[] = [];
  const gone = (running: ChildProcess) =>
    new Promise<number | null>((done) => {
      if (running.exitCode !== null || running.signalCode !== null) done(running.exitCode);
      else running.once('exit', (code) => done(code));
    });
  const copy: RunningCopy = {
    home,
    port,
    start: async () => {
      child = spawn(process.execPath, ['--import', 'tsx', 'embedded/main.ts'], {
        cwd: resolve(__dirname, '../..'),
        env: { ...process.env, NODE_ENV: 'production', ...env, DOORLIST_HOME: home, PORT: String(port) },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      for (const stream of [child.stdout, child.stderr]) {
        stream?.on('data', (chunk: Buffer) => void printed.push(chunk.toString('utf8')));
      }
      await ready(child);
    },
    kill: async () => {
      if (child === null) return;
      child.kill('SIGKILL');
      await gone(child);
    },
    stop: async () => {
      if (child === null) return null;
      child.kill('SIGTERM');
      return gone(child);
    },
    printed: () => printed.join(''),
    databaseUrl: () => {
      const password = readFileSync(join(home, 'postgres.password'), 'utf8').trim();
      return `postgres://postgres:${password}@127.0.0.1:${portOf(home, 'postgres')}/doorlist`;
    },
    temporalAddress: () => `127.0.0.1:${portOf(home, 'temporal')}`,
    places: () => {
      const { publicUrl, mailUrl, slackUrl, operatorTokenFile } = readAddresses(home);
      const operatorToken = readFileSync(operatorTokenFile ?? '', 'utf8').trim();
      return { publicUrl, mailUrl: mailUrl ?? '', slackUrl: slackUrl ?? '', operatorToken };
    },
    discard: async () => {
      await copy.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
  return copy;
}

/** The port that a part took. */
function portOf(home: string, part: string): number {
  const ports = JSON.parse(readFileSync(join(home, 'ports.json'), 'utf8')) as Record<string, number>;
  const port = ports[part];
  if (port === undefined) throw new Error(`${part} is not embedded`);
  return port;
}

function ready(child: ChildProcess): Promise<void> {
  return new Promise((done, fail) => {
    let said = '';
    const timer = setTimeout(() => fail(new Error(`not ready in time: ${said}`)), READY_WITHIN_MS);
    const hear = (chunk: Buffer) => {
      said = (said + chunk.toString('utf8')).slice(-4_000);
      if (!/^ready http/m.test(said)) return;
      clearTimeout(timer);
      done();
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('exit', (code) => {
      clearTimeout(timer);
      fail(new Error(`it ended with ${code ?? 'a signal'}: ${said}`));
    });
  });
}
