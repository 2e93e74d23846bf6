import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { stopTestPostgres } from './test-postgres';

/** Takes away what the set-up of workflow tests made. */
module.exports = async function tearDown(): Promise<void> {
  const bundle = process.env['DOORLIST_TEST_BUNDLE'];
  if (bundle !== undefined) rmSync(dirname(bundle), { recursive: true, force: true });
  await stopTestPostgres();
};
