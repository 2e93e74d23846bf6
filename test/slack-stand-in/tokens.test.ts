import { type Fixture, refusal, startFixture } from './stand-in';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.stop());

describe('Tokens', () => {
  test('a good token says whose it is', async () => {
    const answer = await fixture.client.auth.test();
    expect(answer).toMatchObject({ ok: true, team: 'Doorlist demo', team_id: fixture.slack.teamId });
    expect(answer.user_id).toMatch(/^U[A-Z0-9]{10}$/);
    expect(answer.bot_id).toMatch(/^B[A-Z0-9]{10}$/);
    expect(answer.response_metadata?.scopes).toContain('chat:write');
  });

  test('an unknown token is refused', async () => {
    expect(await refusal(fixture.clientFor('xoxb-nobody').auth.test())).toMatchObject({
      error: 'invalid_auth',
    });
  });

  test('no token is refused, and one inside a JSON body is none', async () => {
    const response = await fetch(`${fixture.slack.apiUrl}auth.test`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token: fixture.slack.botToken }),
    });
    expect(await response.json()).toMatchObject({ ok: false, error: 'not_authed' });
  });

  test('a token in a form body counts', async () => {
    const response = await fetch(`${fixture.slack.apiUrl}auth.test`, {
      method: 'POST',
      body: new URLSearchParams({ token: fixture.slack.botToken }),
    });
    expect(await response.json()).toMatchObject({ ok: true });
  });

  test('a revoked token and an uninstalled app are told apart', async () => {
    const { id, botToken } = await fixture.control.ensureWorkspace({ name: 'Gone', domain: 'gone' });
    const client = fixture.clientFor(botToken);
    await fixture.control.setToken({ team: id, state: 'revoked' });
    expect(await refusal(client.auth.test())).toMatchObject({ error: 'token_revoked' });
    await fixture.control.setToken({ team: id, state: 'uninstalled' });
    expect(await refusal(client.auth.test())).toMatchObject({ error: 'account_inactive' });
    await fixture.control.setToken({ team: id, state: 'active' });
    expect(await client.auth.test()).toMatchObject({ ok: true });
  });

  test('a missing scope is named with those that are there', async () => {
    const workspace = await fixture.control.ensureWorkspace({
      name: 'Few',
      domain: 'few',
      scopes: ['users:read'],
    });
    const client = fixture.clientFor(workspace.botToken);
    const post = client.chat.postMessage({ channel: 'C0', text: 'hi' });
    expect(await refusal(post)).toMatchObject({
      error: 'missing_scope',
      needed: 'chat:write',
      provided: 'users:read',
    });
    const ada = await fixture.control.ensureUser({
      team: workspace.id,
      email: 'ada@example.com',
      name: 'Ada',
    });
    const { user } = await client.users.info({ user: ada.id });
    expect(user?.profile?.email).toBeUndefined();
  });

  test('an unknown method is refused', async () => {
    expect(await refusal(fixture.client.apiCall('chat.postPoem'))).toMatchObject({ error: 'unknown_method' });
    expect(await refusal(fixture.client.apiCall('constructor'))).toMatchObject({ error: 'unknown_method' });
  });

  test('a broken JSON body is refused', async () => {
    const response = await fetch(`${fixture.slack.apiUrl}chat.postMessage`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${fixture.slack.botToken}` },
      body: '{"channel":',
    });
    expect(await response.json()).toEqual({ ok: false, error: 'invalid_json' });
  });
});

describe('Workspaces', () => {
  test('are routed by token, and the same user id in two of them is two people', async () => {
    const north = await fixture.control.ensureWorkspace({ name: 'North', domain: 'north' });
    const south = await fixture.control.ensureWorkspace({ name: 'South', domain: 'south' });
    await fixture.control.ensureUser({ team: north.id, id: 'U0SAME', email: 'n@example.com', name: 'Nora' });
    await fixture.control.ensureUser({ team: south.id, id: 'U0SAME', email: 's@example.com', name: 'Sam' });
    const names = await Promise.all(
      [north, south].map(async ({ botToken }) => {
        const { user } = await fixture.clientFor(botToken).users.info({ user: 'U0SAME' });
        return user?.real_name;
      }),
    );
    expect(names).toEqual(['Nora', 'Sam']);
    const general = (await fixture.control.channels({ team: north.id }))[0]?.id ?? '';
    const foreign = fixture.clientFor(south.botToken).conversations.info({ channel: general });
    expect(await refusal(foreign)).toMatchObject({ error: 'channel_not_found' });
  });

  test('are made once per domain, people once per address', async () => {
    const first = await fixture.control.ensureWorkspace({ name: 'Once', domain: 'once' });
    const again = await fixture.control.ensureWorkspace({ name: 'Once', domain: 'once' });
    expect(again).toEqual(first);
    const ada = await fixture.control.ensureUser({ team: first.id, email: 'Ada@example.com', name: 'Ada' });
    expect(
      await fixture.control.ensureUser({ team: first.id, email: 'ada@example.com', name: 'Ada' }),
    ).toEqual(ada);
  });
});
