import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { StartError } from './start-error';
import { tryLock } from './lock';

/** The folder where the embedded parts keep what survives a restart. One running copy at a time owns it. */
export interface Home {
  readonly path: string;
  release(): void;
}

/**
 * Makes the folder where it lacks and takes it for this process.
 *
 * @param path `DOORLIST_HOME`, relative to the working directory
 * @throws {StartError} when another copy runs on it, or it cannot be written
 */
export function openHome(path: string): Home {
  const home = resolve(path);
  makeHome(home);
  const lock = tryLock(join(home, 'lock'));
  if ('heldBy' in lock) {
    const who = lock.heldBy ? ` (process ${lock.heldBy.pid})` : '';
    throw new StartError(
      `Another Doorlist${who} runs on ${home}: stop it, or set DOORLIST_HOME and PORT for this one.`,
    );
  }
  return { path: home, release: lock.release };
}

/** Makes a state folder that other people cannot list; a folder that is there already keeps its rights. */
export function makeHome(home: string): void {
  if (existsSync(home)) return;
  try {
    mkdirSync(home, { recursive: true });
    // As root the database runs under another user, who has to pass through, no more.
    chmodSync(home, process.getuid?.() === 0 ? 0o711 : 0o700);
  } catch (error) {
    throw new StartError(
      `The state folder ${home} cannot be made: ${(error as Error).message}. Set DOORLIST_HOME.`,
    );
  }
}
