import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** A mail server that takes everything and keeps nothing but the links. */
export interface MailSink {
  readonly url: string;
  /**
   * Resolves with the end of a link that is mailed to an address, now or since before.
   * @param what `invitations`, or `approvals/<id>`
   */
  link(to: string, what: string): Promise<string>;
  /** How many mails it took. */
  count(): number;
  stop(): Promise<void>;
}

/** What a mail asks a person to open. */
const LINK = /\/(approvals|invitations)\/([\w-]+)/;

/** Starts one on loopback. It speaks as little SMTP as a client that sends needs, so that it costs next to nothing. */
export async function startMailSink(): Promise<MailSink> {
  const links = new Map<string, string>();
  const waiting = new Map<string, (rest: string) => void>();
  let taken = 0;
  const take = (to: string, text: string): void => {
    taken += 1;
    // Quoted-printable breaks long lines in the middle of a link.
    const [, kind, rest] = LINK.exec(text.replaceAll('=\r\n', '')) ?? [];
    if (kind === undefined || rest === undefined) return;
    // An approver is asked by a mail for each request, an invited person gets one whose link nobody else knows.
    const key = kind === 'invitations' ? `${to} ${kind}` : `${to} ${kind}/${rest}`;
    const resolve = waiting.get(key);
    waiting.delete(key);
    if (resolve === undefined) links.set(key, rest);
    else resolve(rest);
  };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    converse(socket, take);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    link: (to, what) => {
      const key = `${to} ${what}`;
      const known = links.get(key);
      links.delete(key);
      return known === undefined
        ? new Promise((resolve) => waiting.set(key, resolve))
        : Promise.resolve(known);
    },
    count: () => taken,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function converse(socket: Socket, take: (to: string, text: string) => void): void {
  let buffered = '';
  let to: string | null = null;
  let isData = false;
  socket.setNoDelay(true);
  socket.setEncoding('utf8');
  socket.write('220 sink\r\n');
  socket.on('data', (chunk: string) => {
    buffered += chunk;
    for (;;) {
      const end = buffered.indexOf(isData ? '\r\n.\r\n' : '\r\n');
      if (end < 0) return;
      const said = buffered.slice(0, end);
      buffered = buffered.slice(end + (isData ? 5 : 2));
      if (isData) {
        take(to ?? '', said);
        isData = false;
        socket.write('250 taken\r\n');
        continue;
      }
      const verb = said.slice(0, 4).toUpperCase();
      if (verb === 'RCPT') to = /<(.*)>/.exec(said)?.[1] ?? null;
      isData = verb === 'DATA';
      socket.write(isData ? '354 go on\r\n' : verb === 'QUIT' ? '221 bye\r\n' : '250 ok\r\n');
    }
  });
}
