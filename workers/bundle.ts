import { writeFileSync } from 'node:fs';
import { BUILT_BUNDLE, bundleWorkflows } from './bundle-workflows';

/** A step of the build: bundles the workflows once, so that workers start without a bundler. */
void bundleWorkflows().then(
  ({ code }) => writeFileSync(BUILT_BUNDLE, code),
  (error: unknown) => {
    process.stderr.write(`The workflows could not be bundled: ${String(error)}\n`);
    process.exitCode = 1;
  },
);
