import { execFile } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Where programs that were fetched once are kept for every checkout of this user. */
export function cacheFolder(): string {
  const usual = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'doorlist');
  return isWritable(usual) ? usual : temporaryCache();
}

function isWritable(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** For users without a home of their own, such as service accounts and those of some containers. */
function temporaryCache(): string {
  // Not by name: a container's user may have none.
  const uid = process.getuid?.() ?? 0;
  const folder = join(tmpdir(), `doorlist-cache-${uid}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // Programs are run from here: whoever made the folder could have put theirs in.
  if (statSync(folder).uid !== uid) throw new Error(`${folder} belongs to another user: set XDG_CACHE_HOME`);
  return folder;
}

/**
 * Makes a folder of the cache whole or not at all, so that two processes at once, or one that was killed, leave no half
 * copy behind.
 * @param make fills the folder that it is given
 * @returns the folder in the cache
 */
export async function cached(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const target = join(cacheFolder(), name);
  if (existsSync(target)) return target;
  mkdirSync(cacheFolder(), { recursive: true });
  const half = mkdtempSync(join(cacheFolder(), `${name}-`));
  try {
    await make(half);
    renameSync(half, target);
  } catch (error) {
    if (!existsSync(target)) throw error;
  } finally {
    rmSync(half, { recursive: true, force: true });
  }
  return target;
}

/** A program on PATH, or null. */
export function onPath(program: string): string | null {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path)) ?? null;
}

/**
 * Runs a program to its end.
 * @throws Error with the last line of what it printed
 */
export function run(
  program: string,
  args: readonly string[],
  timeoutMs: number,
  env: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(program, [...args], { timeout: timeoutMs, env }, (error, stdout, stderr) => {
      if (error === null) {
        resolve();
        return;
      }
      const last = `${stderr}\n${stdout}`.trim().split('\n').at(-1);
      reject(new Error(last === undefined || last === '' ? error.message : last));
    });
  });
}

/** One way to come by a program. */
export interface Way {
  readonly name: string;
  /** The program's path, or null when this way does not apply here. */
  readonly find: () => Promise<string | null>;
}

/** A program that was found, and how. */
export interface Found {
  readonly path: string;
  readonly way: string;
}

/**
 * Tries the ways in order.
 * @throws Error naming each way and why it failed
 */
export async function firstOf(program: string, ways: readonly Way[]): Promise<Found> {
  const failures: string[] = [];
  for (const { name, find } of ways) {
    try {
      const path = await find();
      if (path !== null) return { path, way: name };
      failures.push(`${name}: not there`);
    } catch (error) {
      failures.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new Error(`no ${program} could be had here (${failures.join('; ')})`);
}
