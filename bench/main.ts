import { guests } from './guests';
import { invite } from './invite';
import { keys } from './keys';
import { queue } from './queue';

/** What is measured, by name. Each brings its own servers up on loopback, and measures against a bare baseline in one run. */
const BENCHES: Readonly<Record<string, (isShort: boolean) => Promise<void>>> = {
  guests,
  invite,
  keys,
  queue,
};

async function main(): Promise<void> {
  const asked = process.argv[2] ?? '';
  const bench = BENCHES[asked];
  if (bench === undefined) {
    process.stderr.write(`Name what to measure: ${Object.keys(BENCHES).join(', ')}\n`);
    process.exitCode = 2;
    return;
  }
  await bench(process.argv[3] === 'short');
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
