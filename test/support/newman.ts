import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** What newman says of a run. */
export interface NewmanReport {
  readonly stats: { readonly assertions: { readonly total: number; readonly failed: number } };
  readonly failures: readonly { readonly error: { readonly message: string } }[];
  readonly executions: readonly { readonly item: { readonly name: string } }[];
}

const NEWMAN = require.resolve('newman/bin/newman.js');

/**
 * Runs a collection by newman's command, as people do, in a process of its own: a Temporal worker that another test had in
 * this one leaves hooks behind with which newman's sandbox does not run.
 * @param collection its address, or its document
 */
export async function runByNewman(
  collection: string | object,
  variables: Readonly<Record<string, string>>,
): Promise<NewmanReport> {
  const folder = mkdtempSync(join(tmpdir(), 'doorlist-newman-'));
  try {
    const [document, report] = [join(folder, 'collection.json'), join(folder, 'report.json')];
    if (typeof collection === 'object') writeFileSync(document, JSON.stringify(collection));
    const from = typeof collection === 'string' ? collection : document;
    const told = ['--reporters', 'json', '--reporter-json-export', report];
    await promisify(execFile)(process.execPath, [
      ...[NEWMAN, 'run', from, '--suppress-exit-code', ...told],
      ...Object.entries(variables).flatMap(([name, value]) => ['--env-var', `${name}=${value}`]),
    ]);
    return (JSON.parse(readFileSync(report, 'utf8')) as { run: NewmanReport }).run;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
