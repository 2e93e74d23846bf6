import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { temporalCli } from '../../embedded/temporal-programs';
import { bundleWorkflows } from '../../workers/bundle-workflows';
import { startTestPostgres, stopTestPostgres } from '../support/test-postgres';
import { addSearchAttributes } from '../../workers/search-attributes';
import { workflowWorldOn } from '../support/workflow-world';
import { SCENARIOS, type Played } from './scenarios';

/**
 * Records what the workflows do on a real server, for the replay test. A recording is never made anew to silence that
 * test: give the new behaviour a scenario of a new name, so that runs which began before it stay covered.
 */
async function record(names: readonly string[]): Promise<void> {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const path = (await temporalCli()).path;
  await startTestPostgres();
  const environment = await TestWorkflowEnvironment.createLocal({
    server: { executable: { type: 'existing-path', path } },
  });
  try {
    await addSearchAttributes(environment.nativeConnection, 'default');
    const world = await workflowWorldOn(environment, await bundleWorkflows());
    for (const { workflow, name, play } of SCENARIOS.filter((one) => names.includes(one.name))) {
      const history = await shownHistory(path, environment.address, await play(world));
      const folder = join(__dirname, 'histories', workflow);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, `${name}.json`), history);
      process.stdout.write(`${workflow}/${name}\n`);
      world.reset();
    }
    await world.close();
  } finally {
    // Nothing outlives a recording that failed.
    await environment.teardown();
    await stopTestPostgres();
  }
}

async function shownHistory(cli: string, address: string, played: Played): Promise<string> {
  const { workflowId, runId } = typeof played === 'string' ? { workflowId: played, runId: null } : played;
  const run = ['--workflow-id', workflowId, ...(runId === null ? [] : ['--run-id', runId])];
  const { stdout } = await promisify(execFile)(
    cli,
    ['workflow', 'show', '--address', address, ...run, '--output', 'json'],
    // A history of thousands of events is a few megabytes; the default is one.
    { maxBuffer: 64 * 1024 * 1024 },
  );
  // Where and by whom it was recorded is nobody's business.
  return stdout.replaceAll(`${process.cwd()}/`, '').replaceAll(`${process.pid}@${hostname()}`, 'recorder');
}

const asked = process.argv.slice(2);
if (asked.length === 0) {
  process.stderr.write(`Name what to record: ${SCENARIOS.map(({ name }) => name).join(', ')}\n`);
  process.exitCode = 2;
} else {
  record(asked).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  });
}
