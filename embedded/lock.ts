import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { isRunning, markOf, readMark, type ProcessMark } from './processes';

/** Stale locks come one at a time; more rounds than this mean that others keep winning, and they may. */
const ROUNDS = 5;

/** What came of trying: the way to let go, or who has it. */
export type LockOutcome = { readonly release: () => void } | { readonly heldBy: ProcessMark | null };

/**
 * Takes a lock that is a file with its holder's mark in it. A holder that no longer runs has let go, however it ended.
 *
 * @param file path of the lock; its folder exists
 */
export function tryLock(file: string): LockOutcome {
  const mine = JSON.stringify(markOf(process.pid));
  const aside = `${file}.${randomUUID()}`;
  for (let round = 0; round < ROUNDS; round++) {
    // link(2) fails when the name is there, and nobody ever sees the file half-written.
    writeFileSync(aside, mine, { mode: 0o600 });
    try {
      linkSync(aside, file);
      return { release: () => readText(file) === mine && rmSync(file, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      rmSync(aside, { force: true });
    }
    const found = readText(file);
    const holder = readMark(file);
    if (holder && holder.pid !== process.pid && isRunning(holder)) return { heldBy: holder };
    if (holder && holder.pid === process.pid && found === mine) return { heldBy: holder };
    removeStale(file, found, aside);
  }
  return { heldBy: readMark(file) };
}

/** Of two who judged the same lock stale one may be late and move the other's new lock: that one is put back. */
function removeStale(file: string, judged: string | null, aside: string): void {
  try {
    renameSync(file, aside);
    if (readText(aside) !== judged) linkSync(aside, file);
    rmSync(aside, { force: true });
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    rmSync(aside, { force: true });
  }
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
