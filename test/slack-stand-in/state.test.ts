import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSlackControl } from '../../embedded/slack/control';
import { refusal, restart, section, startFixture } from './stand-in';
import { WebClient } from '@slack/web-api';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'slack-state-'));
});
afterEach(() => rmSync(home, { recursive: true }));

describe('State', () => {
  test('survives a restart: token, secret, people, messages, and the order of ts', async () => {
    const before = await restart(home);
    const ada = await before.control.ensureUser({ email: 'ada@example.com', name: 'Ada' });
    const channel = await before.control.ensureChannel({ name: 'approvals', members: [ada.id] });
    const client = new WebClient(before.botToken, { slackApiUrl: before.apiUrl });
    const { ts } = await client.chat.postMessage({
      channel: channel.id,
      text: 'kept',
      blocks: [section('kept')],
    });
    await before.stop();

    const after = await restart(home);
    expect(after).toMatchObject({
      teamId: before.teamId,
      botToken: before.botToken,
      signingSecret: before.signingSecret,
    });
    expect(await after.control.ensureUser({ email: 'ada@example.com', name: 'Ada' })).toEqual(ada);
    const again = new WebClient(after.botToken, { slackApiUrl: after.apiUrl });
    const next = await again.chat.postMessage({ channel: channel.id, text: 'later' });
    const messages = await after.control.messages({ channel: channel.id });
    expect(messages.map(({ text }) => text)).toEqual(['kept', 'later']);
    expect((next.ts ?? '') > (ts ?? '')).toBe(true);
    await after.stop();
  });

  test('survives a kill in the middle of a write', async () => {
    const before = await restart(home);
    await before.control.ensureChannel({ name: 'approvals' });
    await before.stop();
    appendFileSync(join(home, 'slack.jsonl'), '["channels","T1/C1",{"id":"C');
    const after = await restart(home);
    expect((await after.control.channels({})).map(({ name }) => name)).toEqual(['general', 'approvals']);
    await after.stop();
  });

  test('survives kill -9 right after a change was answered', async () => {
    const server = join(__dirname, '../../embedded/slack/server.ts');
    const code = `
      const { startSlack } = require(${JSON.stringify(server)});
      startSlack({ home: ${JSON.stringify(home)}, log: console, eventsUrl: null })
        .then(({ control }) => control.ensureChannel({ name: 'last-words' }))
        .then(() => process.stdout.write('done'));`;
    const child = spawn(process.execPath, ['--import', 'tsx', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const after = await restart(home);
    expect((await after.control.channels({})).map(({ name }) => name)).toContain('last-words');
    await after.stop();
  });

  test('begins with one workspace that has #general only', async () => {
    const slack = await restart(home);
    expect(await slack.control.workspaces({})).toMatchObject([{ id: slack.teamId, name: 'Doorlist demo' }]);
    expect(await slack.control.channels({})).toMatchObject([{ name: 'general' }]);
    expect(slack.apiUrl).toBe(`${slack.webUrl}/api/`);
    await slack.stop();
  });

  test('a reset keeps team, token and secret and forgets the rest', async () => {
    const slack = await restart(home);
    await slack.control.ensureWorkspace({ name: 'Other', domain: 'other' });
    await slack.control.ensureUser({ email: 'ada@example.com', name: 'Ada' });
    await slack.control.addFault({ method: '*', kind: 'server_error' });
    const first = await slack.control.reset({});
    expect(first).toMatchObject({
      id: slack.teamId,
      botToken: slack.botToken,
      signingSecret: slack.signingSecret,
    });
    expect(await slack.control.workspaces({})).toHaveLength(1);
    expect(await slack.control.users({})).toMatchObject([{ isBot: true }]);
    expect(await slack.control.faults({})).toEqual([]);
    await slack.stop();
  });
});

describe('The control API', () => {
  test('names what it refuses', async () => {
    const fixture = await startFixture();
    const control = createSlackControl(fixture.slack.webUrl);
    await expect(control.ensureUser({ email: 'no address', name: 'x' })).rejects.toThrow('invalid_input');
    await expect(control.messages({ channel: 'C0' })).rejects.toThrow('channel_not_found');
    const { error } = await refusal(fixture.client.conversations.info({ channel: 'C0' }));
    expect(error).toBe('channel_not_found');
    await fixture.stop();
  });

  test('is closed to other hosts’ names and to forms', async () => {
    const fixture = await startFixture();
    const { port } = new URL(fixture.slack.webUrl);
    const status = await new Promise<number | undefined>((resolve) => {
      get({ port, host: '127.0.0.1', path: '/', headers: { host: 'evil.example' } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
    });
    expect(status).toBe(421);
    const form = await fetch(`${fixture.slack.webUrl}/control/reset`, {
      method: 'POST',
      body: new URLSearchParams({ a: '1' }),
    });
    expect(form.status).toBe(400);
    await fixture.stop();
  });
});
