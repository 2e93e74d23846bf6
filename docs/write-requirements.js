'use strict';

// Writes docs/requirements.md: which tests name which rule. `--check` fails when the file is out of date.
const { readdirSync, readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const root = join(__dirname, '..');
const target = join(__dirname, 'requirements.md');
const RULE = /\b(TEAM|WORK|SHARE|INVITE|KEY|GUEST|SLACK|WEB|OPS)-(\d+)\b/g;
const AREAS = ['TEAM', 'WORK', 'SHARE', 'INVITE', 'KEY', 'GUEST', 'SLACK', 'WEB', 'OPS'];

const testFiles = (folder) =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return testFiles(path);
    return /\.test\.tsx?$/.test(entry.name) ? [path] : [];
  });

const files = new Map();
for (const file of testFiles('test')) {
  for (const [rule] of readFileSync(join(root, file), 'utf8').matchAll(RULE)) {
    files.set(rule, (files.get(rule) ?? new Set()).add(file));
  }
}
const order = (rule) => {
  const [area, number] = rule.split('-');
  return AREAS.indexOf(area) * 1000 + Number(number);
};
const rows = [...files]
  .sort(([one], [other]) => order(one) - order(other))
  .map(([rule, named]) => {
    const links = [...named].sort().map((file) => `[${file.slice(5)}](../${file})`);
    return `- **${rule}**: ${links.join(', ')}`;
  });
const text = `# Which test proves which rule

Written by \`npm run docs:requirements\` from the ids in the tests' names. A rule that is not listed is not built yet.

${rows.join('\n')}
`;

if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== text) {
    process.stderr.write('docs/requirements.md is out of date: npm run docs:requirements\n');
    process.exitCode = 1;
  }
} else {
  writeFileSync(target, text);
}
