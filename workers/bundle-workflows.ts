import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';

/** The workflows in one piece: as code, or as the file that the build left. */
export type WorkflowBundle = { readonly code: string } | { readonly codePath: string };

const fromHere = createRequire(__filename);

/** Where the build leaves the bundle, beside this file. */
export const BUILT_BUNDLE = join(__dirname, 'workflow-bundle.js');

/** Bundles the workflows; takes about a second, so it is done while servers start. */
export async function bundleWorkflows(): Promise<{ readonly code: string }> {
  return bundleWorkflowCode({
    workflowsPath: fromHere.resolve('../workflows/index'),
    logger: { log: ignore, trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore },
  });
}

/** The bundle of the build, or a fresh one where the code runs from its sources. */
export async function workflowBundle(): Promise<WorkflowBundle> {
  return existsSync(BUILT_BUNDLE) ? { codePath: BUILT_BUNDLE } : bundleWorkflows();
}

function ignore(): void {
  // A bundler's progress is nobody's news.
}
