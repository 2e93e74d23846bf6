import { createServer } from 'node:net';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A port of loopback that nobody listens on right now. */
export function freePort(): Promise<number> {
  return probe(0).then((port) => port ?? Promise.reject(new Error('this machine has no free port')));
}

/** Whether nobody listens on a port of loopback right now. */
export async function isFree(port: number): Promise<boolean> {
  return (await probe(port)) !== null;
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

function probe(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : null));
    });
  });
}
