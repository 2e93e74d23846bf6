import { join, resolve } from 'node:path';
import { makeHome, openHome } from './home';
import { keptPorts } from './ports';
import { startPostgres } from './postgres';
import { messageOf, StartError } from './start-error';
import { startTemporalServer } from './temporal-server';
import { SERVER_VERSION, temporalServerPrograms } from './temporal-server-programs';

/** Every server of ours is tethered to this process: one whose end hangs goes with it. */
const END_WITHIN_MS = 30_000;

/**
 * `npm run temporal:postgres`: Temporal's server on a Postgres of its own, with its state beside that of `npm start` and
 * runs that outlive both. Runs until it is told to end.
 */
async function main(): Promise<void> {
  const ends: (() => Promise<void>)[] = [];
  const signalled = new Promise<void>((done) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => done());
  });
  try {
    await Promise.race([signalled, start(ends)]);
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exitCode = 1;
  }
  setTimeout(() => process.exit(1), END_WITHIN_MS).unref();
  for (const end of ends.reverse()) await end().catch(() => undefined);
  process.exit();
}

/** Brings both up. Never resolves; rejects when one of them ends by itself. */
async function start(ends: (() => Promise<void>)[]): Promise<never> {
  const parent = resolve(process.env['DOORLIST_HOME']?.trim() || '.doorlist');
  makeHome(parent);
  const home = openHome(join(parent, 'temporal-postgres'));
  ends.push(() => {
    home.release();
    return Promise.resolve();
  });
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  // First, since it may take minutes, or not come about at all.
  const programs = await temporalServerPrograms(say);
  const ports = keptPorts(home.path);
  const postgres = await startPostgres({ home: home.path, port: await ports.take('postgres', 5434) });
  ends.push(() => postgres.stop());
  const temporal = await startTemporalServer({
    ...{ programs, home: home.path, databaseUrl: postgres.url },
    port: await ports.take('temporal', 7233),
  });
  ends.push(() => temporal.stop());
  say(`Temporal ${SERVER_VERSION} on Postgres; its state lies in ${home.path}.`);
  say(`Doorlist on it: TEMPORAL_ADDRESS=${temporal.address} npm start`);
  say(`ready ${temporal.address}`);
  const words = await Promise.race([postgres.exited, temporal.exited]);
  throw new StartError(`It ended by itself: ${words === '' ? 'it said nothing' : words}`);
}

void main();
