import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolesPage } from './roles-page';

// Writes docs/roles.md from the table of permissions. `--check` fails when the file is out of date.
const target = join(__dirname, 'roles.md');
if (!process.argv.includes('--check')) {
  writeFileSync(target, rolesPage());
} else if (readFileSync(target, 'utf8') !== rolesPage()) {
  process.stderr.write('docs/roles.md is out of date: npm run docs:roles\n');
  process.exitCode = 1;
}
