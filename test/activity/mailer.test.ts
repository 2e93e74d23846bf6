import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMailCatcher, type MailCatcher } from '../../embedded/mail-catcher';
import { freePort } from '../../embedded/ports';
import { createMailer, isRefusedForGood } from '../../mail/mailer';

const mail = { to: 'new@example.test', subject: 'Hello', text: 'Hello', html: '<p>Hello</p>' };
const mailFrom = 'Doorlist <no-reply@doorlist.test>';

describe('mail on a real mail server', () => {
  let home: string;
  let catcher: MailCatcher;

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'doorlist-mail-'));
    catcher = await startMailCatcher({ home, smtpPort: await freePort(), webPort: await freePort() });
  });
  afterAll(async () => {
    await catcher.stop();
    rmSync(home, { recursive: true, force: true });
  });

  it('arrives from our address, under its own id, and asks robots for silence', async () => {
    const mailer = createMailer({ smtpUrl: catcher.smtpUrl, mailFrom });
    await mailer.send({ ...mail, messageId: '1@doorlist.test' });
    mailer.close();
    const answer = await fetch(new URL('/email', catcher.webUrl));
    const [caught] = (await answer.json()) as {
      headers: Record<string, string>;
      text: string;
      html: string;
    }[];
    expect(caught?.headers).toMatchObject({
      from: mailFrom,
      to: 'new@example.test',
      'message-id': '<1@doorlist.test>',
      'auto-submitted': 'auto-generated',
    });
    expect([caught?.text.trim(), caught?.html]).toEqual(['Hello', '<p>Hello</p>']);
  });

  it('fails in a way that may pass when the server is down', async () => {
    const mailer = createMailer({ smtpUrl: `smtp://127.0.0.1:${await freePort()}`, mailFrom });
    const error = await mailer.send(mail).catch((failure: unknown) => failure);
    expect(error).toMatchObject({ code: 'ESOCKET' });
    expect(isRefusedForGood(error)).toBe(false);
    mailer.close();
  });

  it.each([
    ['550 5.1.1 no such mailbox', true],
    ['451 4.7.1 come back later', false],
  ])('tells a refusal for good from one that may pass: %s', async (answer, isForGood) => {
    const server = await smtpThatAnswers(answer);
    const mailer = createMailer({
      smtpUrl: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
      mailFrom,
    });
    const error = await mailer.send(mail).catch((failure: unknown) => failure);
    expect(isRefusedForGood(error)).toBe(isForGood);
    mailer.close();
    await new Promise((resolve) => server.close(resolve));
  });
});

/** A mail server that greets, and gives one answer to every recipient. */
async function smtpThatAnswers(toRecipient: string): Promise<Server> {
  const server = createServer((socket) => {
    socket.write('220 ready\r\n');
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      const word = chunk.toString().slice(0, 4).toUpperCase();
      socket.write(`${word === 'RCPT' ? toRecipient : '250 fine'}\r\n`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
