import { type Fixture, refusal, startFixture } from './stand-in';

let fixture: Fixture;
let ada: string;
let eve: string;
beforeAll(async () => {
  fixture = await startFixture();
  ada = (await fixture.control.ensureUser({ email: 'ada@example.com', name: 'Ada' })).id;
  eve = (await fixture.control.ensureUser({ email: 'eve@example.com', name: 'Eve' })).id;
});
afterAll(() => fixture.stop());

const post = (channel: string) => fixture.client.chat.postMessage({ channel, text: 'hello' });

describe('Conversations', () => {
  test('a private channel without the bot looks missing', async () => {
    const { id } = await fixture.control.ensureChannel({ name: 'secret', isPrivate: true, withBot: false });
    expect(await refusal(post(id))).toMatchObject({ error: 'channel_not_found' });
    expect(await refusal(fixture.client.conversations.info({ channel: id }))).toMatchObject({
      error: 'channel_not_found',
    });
    const { channels } = await fixture.client.conversations.list({ types: 'public_channel,private_channel' });
    expect(channels?.map((channel) => channel.id)).not.toContain(id);
  });

  test('a public channel must be joined first, and joining twice warns', async () => {
    const { id } = await fixture.control.ensureChannel({ name: 'open', withBot: false });
    expect(await refusal(post(id))).toMatchObject({ error: 'not_in_channel' });
    await fixture.client.conversations.join({ channel: id });
    expect(await post(id)).toMatchObject({ ok: true, channel: id });
    expect(await fixture.client.conversations.join({ channel: id })).toMatchObject({
      warning: 'already_in_channel',
    });
    await fixture.control.updateChannel({ channel: id, remove: ['bot'] });
    expect(await refusal(post(id))).toMatchObject({ error: 'not_in_channel' });
  });

  test('an archived channel takes no message and no change', async () => {
    const { id } = await fixture.control.ensureChannel({ name: 'old' });
    const { ts } = await post(id);
    await fixture.control.updateChannel({ channel: id, isArchived: true });
    expect(await refusal(post(id))).toMatchObject({ error: 'is_archived' });
    const change = fixture.client.chat.update({ channel: id, ts: ts ?? '', text: 'x' });
    expect(await refusal(change)).toMatchObject({ error: 'is_inactive' });
  });

  test('channels go by id, never by name', async () => {
    expect(await refusal(post('#general'))).toMatchObject({ error: 'channel_not_found' });
    expect(await refusal(post('general'))).toMatchObject({ error: 'channel_not_found' });
  });

  test('a direct message is one, however often it is opened', async () => {
    const first = await fixture.client.conversations.open({ users: ada });
    expect(first.channel?.id).toMatch(/^D[A-Z0-9]{10}$/);
    const again = await fixture.client.conversations.open({ users: ada });
    expect(again.channel?.id).toBe(first.channel?.id);
    expect(await post(ada)).toMatchObject({ channel: first.channel?.id });
  });

  test('a deactivated person gets none', async () => {
    const { id } = await fixture.control.ensureUser({ email: 'left@example.com', name: 'Lou' });
    await fixture.control.updateUser({ user: id, deleted: true });
    expect(await refusal(fixture.client.conversations.open({ users: id }))).toMatchObject({
      error: 'user_disabled',
    });
    expect(await refusal(post(id))).toMatchObject({ error: 'user_disabled' });
    const lookup = fixture.client.users.lookupByEmail({ email: 'left@example.com' });
    expect(await refusal(lookup)).toMatchObject({ error: 'users_not_found' });
  });

  test('an unknown person gets none, and several need another scope', async () => {
    expect(await refusal(fixture.client.conversations.open({ users: 'U0NOBODY' }))).toMatchObject({
      error: 'user_not_found',
    });
    const group = fixture.client.conversations.open({ users: `${ada},${eve}` });
    expect(await refusal(group)).toMatchObject({ error: 'missing_scope', needed: 'mpim:write' });
  });

  test('people are found by address whatever its case', async () => {
    const { user } = await fixture.client.users.lookupByEmail({ email: 'ADA@example.com' });
    expect(user).toMatchObject({ id: ada, profile: { email: 'ada@example.com' } });
    const { members } = await fixture.client.users.list({});
    expect(members?.map((member) => member.id)).toEqual(expect.arrayContaining([ada, eve]));
  });

  test('history comes newest first, page by page, without replies and private notes', async () => {
    const { id } = await fixture.control.ensureChannel({ name: 'long', members: [ada] });
    const sent: string[] = [];
    for (let index = 0; index < 5; index += 1) sent.push((await post(id)).ts ?? '');
    await fixture.client.chat.postMessage({ channel: id, text: 'reply', thread_ts: sent[0] ?? '' });
    await fixture.client.chat.postEphemeral({ channel: id, user: ada, text: 'psst' });
    const first = await fixture.client.conversations.history({ channel: id, limit: 3 });
    const second = await fixture.client.conversations.history({
      channel: id,
      limit: 3,
      cursor: first.response_metadata?.next_cursor ?? '',
    });
    expect([...(first.messages ?? []), ...(second.messages ?? [])].map(({ ts }) => ts)).toEqual(
      [...sent].reverse(),
    );
    expect([first.has_more, second.has_more]).toEqual([true, false]);
    const thread = await fixture.client.conversations.replies({ channel: id, ts: sent[0] ?? '' });
    expect(thread.messages?.map(({ text }) => text)).toEqual(['hello', 'reply']);
    const after = await fixture.client.conversations.history({ channel: id, oldest: sent[3] ?? '' });
    expect(after.messages?.map(({ ts }) => ts)).toEqual([sent[4]]);
  });

  test('members are listed', async () => {
    const { id } = await fixture.control.ensureChannel({ name: 'team', members: [ada, eve] });
    const { members } = await fixture.client.conversations.members({ channel: id });
    expect(members).toEqual(expect.arrayContaining([ada, eve]));
  });
});
