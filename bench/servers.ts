import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { freePort } from '../embedded/ports';

/** A server in a process of its own. */
export interface Served {
  readonly port: number;
  stop(): Promise<void>;
}

/** Starting from sources takes some seconds on a busy machine. */
const READY_WITHIN_MS = 60_000;

/** Starts a file of this project as a server on a free port; what it prints goes into a file, as a service's log does. */
export async function serve(file: string, logFile: string, env: NodeJS.ProcessEnv): Promise<Served> {
  const port = await freePort();
  const log = openSync(logFile, 'a');
  const child = spawn(process.execPath, ['--import', 'tsx', join(__dirname, '..', file)], {
    stdio: ['ignore', log, log],
    env: { ...process.env, NODE_ENV: 'production', ...env, PORT: String(port) },
  });
  closeSync(log);
  const gone = new Promise((resolve) => child.once('exit', resolve));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await gone;
    clearTimeout(timer);
  };
  const end = Date.now() + READY_WITHIN_MS;
  while (!(await listens(port))) {
    if (child.exitCode !== null || Date.now() > end) {
      await stop();
      throw new Error(`${file} did not start: see ${logFile}`);
    }
    await pause(100);
  }
  return { port, stop };
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
