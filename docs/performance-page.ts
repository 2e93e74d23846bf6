import { readResults, tableOf } from '../bench/results';

const HEAD = `# What it costs

Written by \`npm run docs:performance\` from \`bench/results/\`, which \`npm run bench -- <name>\` writes; \`short\` behind the name
takes a quick look and writes nothing.

Each bench runs the product and a bare baseline, the least that could do the same, side by side in one run: in random order
inside each round, so that what else the machine does meets both. A goal is a ratio to that baseline; the ratio is taken round by
round and its median counts. The baseline also runs against itself, and what misses its goal by less than that differs is
inconclusive. Absolute figures are those of one machine at one time. A load average above the number of cores says that the
machine was shared with other work.
`;

/** The page of what was measured. */
export function performancePage(): string {
  const parts = readResults().map(({ name, about, rounds, itself, rows, surroundings }) => {
    const { at, machine, node, postgres, loadBefore } = surroundings;
    const ratio = (value: number): string => value.toFixed(2);
    return `## ${name}

${about}

${tableOf(rows)}

${at.slice(0, 10)}, ${machine}, Node ${node}, Postgres ${postgres}, load average before ${loadBefore}; ${rounds} rounds. The baseline against
itself: ${ratio(itself.median)} (${ratio(itself.min)} to ${ratio(itself.max)}).
`;
  });
  return `${HEAD}\n${parts.join('\n')}`;
}
