import { chmodSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import MailDev from 'maildev';

/** A disk that takes longer is full or dead: the sender tries again. */
const WRITTEN_WITHIN_MS = 10_000;

/** Thousands of mails; what takes longer is shown all the same once it is read. */
const READ_WITHIN_MS = 20_000;

/** A mail server that keeps all mail and shows it on a page. */
export interface MailCatcher {
  readonly smtpUrl: string;
  readonly webUrl: string;
  stop(): Promise<void>;
}

/** Starts it on loopback; mails lie in the state folder and are there again after a restart. */
export async function startMailCatcher(options: {
  readonly home: string;
  readonly smtpPort: number;
  readonly webPort: number;
}): Promise<MailCatcher> {
  const { home, smtpPort, webPort } = options;
  const mailDirectory = join(home, 'mail');
  // The mails hold sign-in links.
  mkdirSync(mailDirectory, { recursive: true, mode: 0o700 });
  const loopback = '127.0.0.1';
  const kept = tidy(mailDirectory);
  const server = keepingSignals(
    () =>
      new MailDev({
        smtp: smtpPort,
        web: webPort,
        ip: loopback,
        webIp: loopback,
        mailDirectory,
        silent: true,
      }),
  );
  keepBeforeAccepting(server, mailDirectory);
  await whenRead(server, kept);
  await settled((done) => server.listen(done));
  return {
    smtpUrl: `smtp://${loopback}:${smtpPort}`,
    webUrl: `http://${loopback}:${webPort}`,
    stop: () => settled((done) => server.close(done)),
  };
}

/** Nobody writes to a mail that was accepted; a kill leaves others half written, and their senders send them again. */
const ACCEPTED = 0o400;
const WRITABLE = 0o200;

/** Takes half-written mails away. @returns how many mails are kept */
function tidy(mailDirectory: string): number {
  const files = readdirSync(mailDirectory).filter((name) => name.endsWith('.eml'));
  const paths = files.map((name) => join(mailDirectory, name));
  const halves = paths.filter((path) => (statSync(path).mode & WRITABLE) !== 0);
  for (const path of halves) rmSync(path);
  return files.length - halves.length;
}

/** Before anything new comes in: what came during the reading, which maildev began, would be read, and shown, twice. */
async function whenRead(server: MailDev, kept: number): Promise<void> {
  const end = Date.now() + READ_WITHIN_MS;
  while (server.store.length < kept && Date.now() < end) await pause(2);
}

function settled(work: (done: (error?: Error) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    work((error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

/** maildev accepts a mail before it has written it: a kill between the two would lose what its sender holds for sent. */
function keepBeforeAccepting(server: MailDev, mailDirectory: string): void {
  const { smtp } = server;
  const take = smtp.onData.bind(smtp);
  smtp.onData = (stream, session, accept) => {
    let bytes = 0;
    const counted = new PassThrough();
    stream.on('data', (chunk: Buffer) => (bytes += chunk.length));
    take(stream.pipe(counted), session, (error, said = '') => {
      if (error !== null) {
        accept(error);
        return;
      }
      // "Message queued as <id>"
      const file = join(mailDirectory, `${said.split(' ').at(-1) ?? ''}.eml`);
      written(file, bytes).then(
        () => {
          chmodSync(file, ACCEPTED);
          accept(null, said);
        },
        (cause: unknown) => accept(new Error('the mail could not be written', { cause })),
      );
    });
  };
}

async function written(file: string, bytes: number): Promise<void> {
  const end = Date.now() + WRITTEN_WITHIN_MS;
  while (statSync(file).size !== bytes) {
    if (Date.now() > end) throw new Error(`${file} is not whole after ${WRITTEN_WITHIN_MS / 1000} s`);
    await pause(2);
  }
}

/** maildev exits the whole process at a signal, in the middle of our own orderly end: its handlers are taken off again. */
function keepingSignals<T>(make: () => T): T {
  const signals = ['SIGTERM', 'SIGINT'] as const;
  const before = new Set(signals.flatMap((signal) => process.listeners(signal)));
  const made = make();
  for (const signal of signals) {
    for (const listener of process.listeners(signal)) {
      if (!before.has(listener)) process.off(signal, listener);
    }
  }
  return made;
}
