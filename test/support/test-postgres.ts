import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, type Postgres } from '../../embedded/postgres';

declare global {
  var doorlistTestPostgres: { postgres: Postgres; home: string; users: number } | undefined;
}

/** Starts one throw-away Postgres for all layers of a run that need one. */
export async function startTestPostgres(): Promise<void> {
  const running = globalThis.doorlistTestPostgres;
  if (running !== undefined) {
    running.users += 1;
    return;
  }
  // One that is given from outside is used as it is: tests make schemas of their own in it.
  if (process.env['DOORLIST_TEST_DATABASE_URL'] !== undefined) return;
  const home = mkdtempSync(join(tmpdir(), 'doorlist-test-'));
  // The database's own user has to get in.
  chmodSync(home, 0o755);
  const postgres = await startPostgres({ home, fsync: false });
  globalThis.doorlistTestPostgres = { postgres, home, users: 1 };
  process.env['DOORLIST_TEST_DATABASE_URL'] = postgres.url;
}

/** Stops the throw-away Postgres when the last layer that used it is done. */
export async function stopTestPostgres(): Promise<void> {
  const running = globalThis.doorlistTestPostgres;
  if (running === undefined) return;
  running.users -= 1;
  if (running.users > 0) return;
  await running.postgres.stop();
  rmSync(running.home, { recursive: true, force: true });
  globalThis.doorlistTestPostgres = undefined;
}
