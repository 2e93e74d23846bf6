import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { timeSkippingServer } from '../../embedded/temporal-programs';
import { bundleWorkflows } from '../../workers/bundle-workflows';
import { startTestPostgres } from './test-postgres';

/** What workflow tests share: a Postgres, the program of the time-skipping server, and the workflows bundled once. */
module.exports = async function setUp(): Promise<void> {
  await startTestPostgres();
  process.env['DOORLIST_TEST_SERVER'] = (await timeSkippingServer()).path;
  const folder = mkdtempSync(join(tmpdir(), 'doorlist-bundle-'));
  const bundle = join(folder, 'workflow-bundle.js');
  writeFileSync(bundle, (await bundleWorkflows()).code);
  process.env['DOORLIST_TEST_BUNDLE'] = bundle;
};
