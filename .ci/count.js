'use strict';

// Prints the closing line of a test run from jest's report. A suite that could not run at all counts as a failure, and a
// run without a test, or with a skipped one, is none.
const { readFileSync } = require('node:fs');

const report = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
const skipped = report.numPendingTests + report.numTodoTests;
if (skipped > 0)
  process.stdout.write(`${skipped} skipped or to do: a test that does not run proves nothing\n`);
process.stdout.write(`${report.numPassedTests} passed, ${failed + skipped} failed\n`);
process.exitCode = failed + skipped > 0 || report.numPassedTests === 0 ? 1 : 0;
