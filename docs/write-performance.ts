import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performancePage } from './performance-page';

// Writes docs/performance.md from what the benches measured last. `--check` fails when the file is out of date.
const target = join(__dirname, 'performance.md');
if (!process.argv.includes('--check')) {
  writeFileSync(target, performancePage());
} else if (readFileSync(target, 'utf8') !== performancePage()) {
  process.stderr.write('docs/performance.md is out of date: npm run docs:performance\n');
  process.exitCode = 1;
}
