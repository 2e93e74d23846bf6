import { goButton, type ScriptedApp, startScriptedApp } from './app';
import { refusal, section } from './stand-in';

let app: ScriptedApp;
beforeAll(async () => {
  app = await startScriptedApp();
});
afterAll(() => app.stop());
beforeEach(() => app.refresh());

describe('A response_url', () => {
  const respond = async (body: object) => {
    const response = await fetch(String(app.payload().response_url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return response.status;
  };

  test('takes five answers', async () => {
    await app.click();
    const statuses: number[] = [];
    for (let index = 0; index < 6; index += 1) statuses.push(await respond({ text: `note ${index}` }));
    expect(statuses).toEqual([200, 200, 200, 200, 200, 404]);
  });

  test('lives for half an hour', async () => {
    await app.click();
    await app.fixture.control.advance({ ms: 29 * 60_000 });
    expect(await respond({ text: 'in time' })).toBe(200);
    await app.fixture.control.advance({ ms: 2 * 60_000 });
    expect(await respond({ text: 'late' })).toBe(404);
  });

  test('answers privately unless told otherwise; chat.update refuses what it made', async () => {
    await app.click();
    await respond({ text: 'private' });
    await respond({ text: 'public', response_type: 'in_channel' });
    const [secret, open] = (await app.fixture.control.messages({ channel: app.channel })).slice(-2);
    expect([secret?.ephemeralTo, open?.ephemeralTo]).toEqual([app.ada, undefined]);
    const update = app.fixture.client.chat.update({ channel: app.channel, ts: open?.ts ?? '', text: 'x' });
    expect(await refusal(update)).toMatchObject({ error: 'cant_update_message' });
  });

  test('replaces and deletes the message it came from', async () => {
    const own =
      (await app.fixture.client.chat.postMessage({ channel: app.channel, text: 'own', blocks: [goButton] }))
        .ts ?? '';
    await app.fixture.control.click({ user: app.ada, channel: app.channel, ts: own, actionId: 'go' });
    const read = async () =>
      (await app.fixture.control.messages({ channel: app.channel })).find((message) => message.ts === own);
    await respond({ text: 'replaced', replace_original: true });
    expect(await read()).toMatchObject({ text: 'replaced', blocks: [] });
    await respond({ delete_original: true });
    expect(await read()).toBeUndefined();
  });

  test('has nothing to replace after a slash command', async () => {
    await app.fixture.control.command({ user: app.ada, channel: app.channel, command: '/doorlist' });
    const url = new URLSearchParams(app.received.at(-1)?.body).get('response_url') ?? '';
    const before = (await app.fixture.control.messages({ channel: app.channel })).length;
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text: 'x', replace_original: true }),
    });
    expect(response.status).toBe(200);
    expect(await app.fixture.control.messages({ channel: app.channel })).toHaveLength(before + 1);
  });

  test('refuses blocks over the limits', async () => {
    await app.click();
    expect(await respond({ text: 'x', blocks: [section('x'.repeat(3001))] })).toBe(400);
    expect(await respond({})).toBe(400);
  });
});
