import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/**
 * Ports to draw from: below those that Linux (from 32768) and macOS (from 49152) give to outgoing connections, one of
 * which would take a port between its being drawn and its being listened on.
 */
const DRAWN = { from: 20_000, below: 32_768 } as const;
/** More than any part takes from the drawing of its port until it listens. */
const DRAWN_FOR_MS = 5 * 60_000;
/** Draws until the machine is held to have no free port. */
const DRAWS = 1_000;

/** A port of loopback that nobody listens on right now, and that no other process of this user has drawn just before. */
export async function freePort(): Promise<number> {
  for (let draw = 0; draw < DRAWS; draw += 1) {
    const port = randomInt(DRAWN.from, DRAWN.below);
    if (claim(port) && (await isFree(port))) return port;
  }
  throw new Error('this machine has no free port');
}

/** Marks a port as drawn. @returns false where it was marked a short time ago, by whichever process */
function claim(port: number): boolean {
  const folder = join(tmpdir(), `doorlist-ports-${userInfo().uid}`);
  const mark = join(folder, String(port));
  mkdirSync(folder, { recursive: true });
  const drawn = statSync(mark, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (Date.now() - drawn > DRAWN_FOR_MS) rmSync(mark, { force: true });
  try {
    writeFileSync(mark, '', { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Whether nobody listens on a port of loopback right now. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** Ports that a copy used last, by part; they are taken again where they are free, so that addresses stay. */
export interface KeptPorts {
  /** The port that this part used last or would like, or a free one; kept for the next start. */
  take(part: string, usual: number): Promise<number>;
}

/** The ports of the copy with this state folder. */
export function keptPorts(home: string): KeptPorts {
  const path = join(home, 'ports.json');
  const ports = new Map(Object.entries(read(path)));
  // Handed out but not listened on yet: two parts must not get the same one.
  const handedOut = new Set<number>();
  return {
    take: async (part, usual) => {
      const wished = ports.get(part) ?? usual;
      let port = wished;
      while (handedOut.has(port) || !(await isFree(port))) port = await freePort();
      handedOut.add(port);
      ports.set(part, port);
      writeFileSync(path, `${JSON.stringify(Object.fromEntries(ports))}\n`);
      return port;
    },
  };
}

function read(path: string): Record<string, number> {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Record<string, number>;
  } catch {
    // The first start, or a file that was cut short: usual ports do.
    return {};
  }
}
