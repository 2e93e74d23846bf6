import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

/** A secret of 32 random bytes that is made once and kept in a file that only its owner reads. */
export function keptSecret(path: string): string {
  try {
    // `wx`: of two processes that make it at once, one writes and the other reads what it wrote.
    writeFileSync(path, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return readFileSync(path, 'utf8').trim();
}
