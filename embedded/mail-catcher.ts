import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import MailDev from 'maildev';

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
  mkdirSync(mailDirectory, { recursive: true });
  const loopback = '127.0.0.1';
  const server = new MailDev({
    smtp: smtpPort,
    web: webPort,
    ip: loopback,
    webIp: loopback,
    mailDirectory,
    silent: true,
  });
  await settled((done) => server.listen(done));
  server.loadMailsFromDirectory();
  return {
    smtpUrl: `smtp://${loopback}:${smtpPort}`,
    webUrl: `http://${loopback}:${webPort}`,
    stop: () => settled((done) => server.close(done)),
  };
}

function settled(work: (done: (error?: Error) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    work((error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}
