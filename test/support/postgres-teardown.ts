import { rmSync } from 'node:fs';
import './postgres-setup';

/** Stops the throw-away Postgres when the last layer that used it is done. */
module.exports = async function tearDown(): Promise<void> {
  const running = globalThis.doorlistTestPostgres;
  if (running === undefined) return;
  running.users -= 1;
  if (running.users > 0) return;
  await running.postgres.stop();
  rmSync(running.home, { recursive: true, force: true });
  globalThis.doorlistTestPostgres = undefined;
};
