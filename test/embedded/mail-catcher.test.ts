import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { startMailCatcher } from '../../embedded/mail-catcher';
import { freePort } from '../../embedded/ports';
import { eventually } from '../../embedded/tour/eventually';

describe('the mail catcher', () => {
  let home: string;
  const start = async () => startMailCatcher({ home, smtpPort: await freePort(), webPort: await freePort() });
  const subjects = async (webUrl: string): Promise<string[]> =>
    ((await (await fetch(`${webUrl}/email`)).json()) as { subject: string }[]).map((mail) => mail.subject);

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'doorlist-mail-'));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  it('leaves the signals to us, and its mails to no other user (OPS-1, OPS-10)', async () => {
    const listening = () => ['SIGTERM', 'SIGINT'].map((signal) => process.listenerCount(signal));
    const before = listening();
    const catcher = await start();
    expect(listening()).toEqual(before);
    expect(statSync(join(home, 'mail')).mode & 0o077).toBe(0);
    await catcher.stop();
  });

  it('has a mail on disk, whole, before it accepts it (OPS-1)', async () => {
    const catcher = await start();
    const transport = createTransport(catcher.smtpUrl);
    for (let each = 0; each < 50; each += 1) {
      await transport.sendMail({
        from: 'door@doorlist.example',
        to: 'zoe@partner.example',
        text: `${'line\n'.repeat(2_000)}the end of ${each}`,
      });
      const files = readdirSync(join(home, 'mail')).map((name) =>
        readFileSync(join(home, 'mail', name), 'utf8'),
      );
      expect(files.filter((mail) => mail.includes(`the end of ${each}`))).toHaveLength(1);
    }
    const all = async () => ((await subjects(catcher.webUrl)).length === 50 ? true : null);
    await eventually('all fifty on the page', all, 10_000);
    await catcher.stop();
  });

  it('shows the mails of before a restart again (OPS-1)', async () => {
    const first = await start();
    await createTransport(first.smtpUrl).sendMail({
      from: 'door@doorlist.example',
      to: 'zoe@partner.example',
      subject: 'Come in',
      text: 'hello',
    });
    await eventually('the mail', async () => (await subjects(first.webUrl))[0] ?? null, 5_000);
    await first.stop();
    // What a kill left half written was never accepted.
    writeFileSync(join(home, 'mail', 'half.eml'), 'From: door@doorlist');
    const second = await start();
    const shown = await eventually('the mail', async () => (await subjects(second.webUrl))[0] ?? null, 5_000);
    expect(shown).toBe('Come in');
    expect(await subjects(second.webUrl)).toEqual(['Come in']);
    await second.stop();
  });
});
