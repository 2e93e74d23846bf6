import { connect, type Socket } from 'node:net';

/** A request as it goes over the wire; asked for anew each time, so that keys can differ. */
export type NextRequest = () => Buffer;

/** What a load came to. */
export interface Load {
  readonly perSecond: number;
  /** The 99th percentile, ms. */
  readonly p99: number;
  /** Answers with another status than the expected one, and broken connections. */
  readonly errors: number;
}

/** What to send, where, and which status is right. */
export interface Target {
  readonly port: number;
  readonly next: NextRequest;
  readonly status: number;
}

/** As many connections as the published baselines were measured with. */
const CONNECTIONS = 32;
const TICK_MS = 1;

/**
 * As much as the server takes, in a closed loop. The generator speaks HTTP/1.1 in a few lines of its own: one with a parser
 * in JavaScript takes longer for an answer than what is measured here.
 */
export async function peak(target: Target, seconds: number): Promise<Load> {
  return run(target, seconds, (client) => {
    for (const connection of client.connections) {
      connection.whenIdle = () => connection.send(performance.now());
      connection.whenIdle();
    }
    return () => undefined;
  });
}

/**
 * A fixed rate. Each time counts from the instant at which its request was due, also where it had to wait for a free
 * connection: a server that stands still is not flattered by requests that were never sent.
 */
export async function steady(target: Target, seconds: number, rate: number): Promise<Load> {
  return run(target, seconds, (client) => {
    const due: number[] = [];
    const idle = new Set(client.connections);
    for (const connection of client.connections) {
      connection.whenIdle = () => {
        const at = due.shift();
        if (at === undefined) idle.add(connection);
        else connection.send(at);
      };
    }
    const start = performance.now();
    let sent = 0;
    const timer = setInterval(() => {
      const now = performance.now();
      for (; start + (sent * 1_000) / rate <= now; sent += 1) {
        const at = start + (sent * 1_000) / rate;
        const [free] = idle;
        if (free === undefined) due.push(at);
        else {
          idle.delete(free);
          free.send(at);
        }
      }
    }, TICK_MS);
    return () => clearInterval(timer);
  });
}

interface Connection {
  readonly socket: Socket;
  send(at: number): void;
  whenIdle: () => void;
}
interface Client {
  readonly connections: readonly Connection[];
}

async function run(
  { port, next, status }: Target,
  seconds: number,
  begin: (client: Client) => () => void,
): Promise<Load> {
  const times: number[] = [];
  const expected = String(status);
  let errors = 0;
  let isOver = false;
  const open = async (): Promise<Connection> => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    let sentAt = 0;
    let held: Buffer | null = null;
    const connection: Connection = {
      socket,
      send: (at) => {
        sentAt = at;
        socket.write(next());
      },
      whenIdle: () => undefined,
    };
    socket.on('data', (chunk: Buffer) => {
      const bytes = held === null ? chunk : Buffer.concat([held, chunk]);
      const answered = statusOf(bytes);
      held = answered === null ? bytes : null;
      if (answered === null) return;
      if (answered !== expected) errors += 1;
      times.push(performance.now() - sentAt);
      if (!isOver) connection.whenIdle();
    });
    const broke = (): void => void (errors += isOver ? 0 : 1);
    socket.on('error', broke).on('end', broke);
    return connection;
  };
  const connections = await Promise.all(Array.from({ length: CONNECTIONS }, open));
  const start = performance.now();
  const end = begin({ connections });
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
  isOver = true;
  end();
  const took = (performance.now() - start) / 1_000;
  for (const { socket } of connections) socket.destroy();
  times.sort((one, other) => one - other);
  return { perSecond: times.length / took, p99: times[Math.floor(times.length * 0.99)] ?? NaN, errors };
}

const LENGTH = 'ontent-Length: ';

/** The status of a whole answer, or null while some of it is to come. */
function statusOf(bytes: Buffer): string | null {
  const head = bytes.indexOf('\r\n\r\n');
  if (head === -1) return null;
  const at = bytes.indexOf(LENGTH);
  const end = bytes.indexOf('\r', at);
  const length = at === -1 || at > head ? 0 : Number(bytes.toString('latin1', at + LENGTH.length, end));
  return bytes.length < head + 4 + length ? null : bytes.toString('latin1', 9, 12);
}

/** A GET of a path. */
export function getOf(path: string, headers: readonly string[] = []): Buffer {
  return Buffer.from([`GET ${path} HTTP/1.1`, 'Host: bench', ...headers, '', ''].join('\r\n'));
}
