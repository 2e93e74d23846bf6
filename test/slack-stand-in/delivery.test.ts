import { createHmac } from 'node:crypto';
import { type ScriptedApp, startScriptedApp } from './app';

let app: ScriptedApp;
beforeAll(async () => {
  app = await startScriptedApp();
});
afterAll(() => app.stop());
beforeEach(() => app.refresh());

describe('Requests to the app', () => {
  test('are signed over version, time and body, as a form without a charset', async () => {
    await app.click();
    const [{ headers, body } = { headers: {}, body: '' }] = app.received;
    expect(headers['content-type']).toBe('application/x-www-form-urlencoded');
    const time = String(headers['x-slack-request-timestamp']);
    const digest = createHmac('sha256', app.fixture.slack.signingSecret)
      .update(`v0:${time}:${body}`)
      .digest('hex');
    expect(headers['x-slack-signature']).toBe(`v0=${digest}`);
  });

  test('carry events as JSON in an envelope', async () => {
    await app.fixture.control.event({ event: { type: 'link_shared', links: [] } });
    expect(app.received[0]?.headers['content-type']).toBe('application/json');
    expect(JSON.parse(app.received[0]?.body ?? '')).toMatchObject({
      type: 'event_callback',
      team_id: app.fixture.slack.teamId,
      event: { type: 'link_shared' },
      event_id: expect.stringMatching(/^Ev/) as string,
      authorizations: [{ team_id: app.fixture.slack.teamId, is_bot: true }],
    });
  });

  test('carry a command as form fields', async () => {
    await app.fixture.control.command({
      user: app.ada,
      channel: app.channel,
      command: '/doorlist',
      text: 'a & b',
    });
    const form = new URLSearchParams(app.received[0]?.body);
    expect(Object.fromEntries(form)).toMatchObject({
      command: '/doorlist',
      text: 'a & b',
      user_id: app.ada,
      channel_id: app.channel,
    });
  });

  test('are given up after three seconds, which the person sees', async () => {
    app.answer = { delay: 3300 };
    expect(await app.click()).toMatchObject({ ok: false, failure: 'timeout', status: 0 });
    expect(await app.fixture.control.warnings({})).toMatchObject([{ actionId: 'go', reason: 'timeout' }]);
    const [entry] = await app.fixture.control.deliveries({ kind: 'block_actions' });
    expect(entry?.tookMs).toBeGreaterThanOrEqual(2900);
  });

  test('an event is repeated at once, after a minute and after five, with number and reason', async () => {
    app.answer = { status: 500 };
    await app.fixture.control.event({ event: { type: 'app_uninstalled' } });
    const numbers = () => app.received.map(({ headers }) => headers['x-slack-retry-num']);
    await app.fixture.control.advance({ ms: 0 });
    expect(numbers()).toEqual([undefined, '1']);
    await app.fixture.control.advance({ ms: 59_000 });
    expect(numbers()).toHaveLength(2);
    await app.fixture.control.advance({ ms: 1000 });
    await app.fixture.control.advance({ ms: 5 * 60_000 });
    expect(numbers()).toEqual([undefined, '1', '2', '3']);
    expect(app.received.at(-1)?.headers['x-slack-retry-reason']).toBe('http_error');
    expect(
      new Set(app.received.map(({ body }) => (JSON.parse(body) as { event_id: string }).event_id)).size,
    ).toBe(1);
    await app.fixture.control.advance({ ms: 60 * 60_000 });
    expect(app.received).toHaveLength(4);
  });

  test('an event is not repeated where the app asks for none', async () => {
    app.answer = { status: 500, headers: { 'x-slack-no-retry': '1' } };
    await app.fixture.control.event({ event: { type: 'app_uninstalled' } });
    await app.fixture.control.advance({ ms: 10 * 60_000 });
    expect(app.received).toHaveLength(1);
  });
});

describe('A slash command', () => {
  test('that the app refuses says so to its user', async () => {
    app.answer = { status: 500 };
    await app.fixture.control.command({ user: app.ada, channel: app.channel, command: '/doorlist' });
    const [last] = (await app.fixture.control.messages({ channel: app.channel, user: app.ada })).slice(-1);
    expect(last?.text).toBe('/doorlist failed with the error "dispatch_failed"');
  });
});
