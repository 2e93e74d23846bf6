import { type Fixture, refusal, section, startFixture } from './stand-in';

let fixture: Fixture;
let channel: string;
let ada: string;
beforeAll(async () => {
  fixture = await startFixture();
  ada = (await fixture.control.ensureUser({ email: 'ada@example.com', name: 'Ada' })).id;
  channel = (await fixture.control.ensureChannel({ name: 'approvals', members: [ada] })).id;
});
afterAll(() => fixture.stop());

const metadata = { event_type: 'card', event_payload: { request: 'r1', revision: 2 } };
const post = async (extra: object = {}): Promise<string> =>
  (await fixture.client.chat.postMessage({ channel, text: 'hello', ...extra })).ts ?? '';

describe('Messages', () => {
  test('a ts is unique, and sorts as text', async () => {
    const all = await Promise.all(Array.from({ length: 30 }, () => post()));
    expect(new Set(all).size).toBe(30);
    expect(all.every((ts) => /^\d{10}\.\d{6}$/.test(ts))).toBe(true);
    expect((await post()) > ([...all].sort().at(-1) ?? '')).toBe(true);
  });

  test('an update changes the text and keeps metadata and blocks it leaves out', async () => {
    const ts = await post({ blocks: [section('one')], metadata });
    await fixture.client.chat.update({ channel, ts, text: 'changed' });
    const { messages } = await fixture.client.conversations.history({
      channel,
      limit: 1,
      include_all_metadata: true,
    });
    expect(messages?.[0]).toMatchObject({ ts, text: 'changed', metadata, blocks: [{ type: 'section' }] });
    expect(messages?.[0]?.edited).toBeDefined();
  });

  test('metadata shows only when asked for, and an empty object removes it', async () => {
    const ts = await post({ metadata });
    const plainHistory = await fixture.client.conversations.history({ channel, limit: 1 });
    expect(plainHistory.messages?.[0]?.metadata).toBeUndefined();
    await fixture.client.apiCall('chat.update', { channel, ts, text: 'x', metadata: {} });
    const after = await fixture.client.conversations.history({
      channel,
      limit: 1,
      include_all_metadata: true,
    });
    expect(after.messages?.[0]?.metadata).toBeUndefined();
  });

  test.each([
    ['no event_type', { event_payload: {} }, 'invalid_metadata_format'],
    ['too deep', { event_type: 'a', event_payload: { a: { b: { c: 1 } } } }, 'invalid_metadata_format'],
    ['too large', { event_type: 'a', event_payload: { a: 'x'.repeat(9000) } }, 'metadata_too_large'],
  ])('metadata with %s is refused', async (_what, wrong, error) => {
    const call = fixture.client.apiCall('chat.postMessage', { channel, text: 'x', metadata: wrong });
    expect(await refusal(call)).toMatchObject({ error });
  });

  test('an update by user id instead of the D id is refused', async () => {
    const { ts, channel: direct } = await fixture.client.chat.postMessage({ channel: ada, text: 'hi' });
    const wrong = fixture.client.chat.update({ channel: ada, ts: ts ?? '', text: 'x' });
    expect(await refusal(wrong)).toMatchObject({ error: 'channel_not_found' });
    expect(
      await fixture.client.chat.update({ channel: direct ?? '', ts: ts ?? '', text: 'x' }),
    ).toMatchObject({ ok: true });
  });

  test('what is missing, another’s or ephemeral cannot be updated', async () => {
    const update = (ts: string) => refusal(fixture.client.chat.update({ channel, ts, text: 'x' }));
    expect(await update('1.000001')).toMatchObject({ error: 'message_not_found' });
    const { ts } = await fixture.control.say({ user: ada, channel, text: 'mine' });
    expect(await update(ts)).toMatchObject({ error: 'cant_update_message' });
    const note = await fixture.client.chat.postEphemeral({ channel, user: ada, text: 'psst' });
    expect(await update(note.message_ts ?? '')).toMatchObject({ error: 'message_not_found' });
    expect(await refusal(fixture.client.chat.delete({ channel, ts }))).toMatchObject({
      error: 'cant_delete_message',
    });
  });

  test('a deleted message is gone; one with replies leaves its thread', async () => {
    const lone = await post();
    await fixture.client.chat.delete({ channel, ts: lone });
    expect(await refusal(fixture.client.chat.delete({ channel, ts: lone }))).toMatchObject({
      error: 'message_not_found',
    });
    const parent = await post();
    await post({ thread_ts: parent });
    await fixture.client.chat.delete({ channel, ts: parent });
    const { messages } = await fixture.client.conversations.replies({ channel, ts: parent });
    expect(messages).toHaveLength(2);
    const update = fixture.client.chat.update({ channel, ts: parent, text: 'x' });
    expect(await refusal(update)).toMatchObject({ error: 'message_not_found' });
  });

  test('replies need a parent that is no reply itself', async () => {
    const parent = await post();
    const reply = await post({ thread_ts: parent });
    const post2 = (ts: string) =>
      refusal(fixture.client.chat.postMessage({ channel, text: 'x', thread_ts: ts }));
    expect(await post2('1.000001')).toMatchObject({ error: 'thread_not_found' });
    expect(await post2(reply)).toMatchObject({ error: 'cannot_reply_to_message' });
  });

  test('an ephemeral note is seen by one person only, who must be there', async () => {
    const eve = await fixture.control.ensureUser({ email: 'eve@example.com', name: 'Eve' });
    const outsider = fixture.client.chat.postEphemeral({ channel, user: eve.id, text: 'x' });
    expect(await refusal(outsider)).toMatchObject({ error: 'user_not_in_channel' });
    await fixture.client.chat.postEphemeral({ channel, user: ada, text: 'for Ada' });
    const texts = async (user: string) =>
      (await fixture.control.messages({ channel, user })).map(({ text }) => text);
    expect(await texts(ada)).toContain('for Ada');
    expect(await texts(eve.id)).not.toContain('for Ada');
  });

  test('a message without content is refused', async () => {
    expect(await refusal(fixture.client.apiCall('chat.postMessage', { channel }))).toMatchObject({
      error: 'no_text',
    });
    const long = fixture.client.chat.postMessage({ channel, text: 'x'.repeat(40_001) });
    expect(await refusal(long)).toMatchObject({ error: 'msg_too_long' });
  });

  test('a permalink leads to it', async () => {
    const ts = await post();
    const { permalink } = await fixture.client.chat.getPermalink({ channel, message_ts: ts });
    expect(permalink).toBe(`https://doorlist-demo.slack.com/archives/${channel}/p${ts.replace('.', '')}`);
  });

  test('JSON bodies and form bodies mean the same', async () => {
    const response = await fetch(`${fixture.slack.apiUrl}chat.postMessage`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${fixture.slack.botToken}` },
      body: JSON.stringify({ channel, text: 'json', blocks: [section('one')] }),
    });
    expect(await response.json()).toMatchObject({
      ok: true,
      message: { blocks: [{ block_id: expect.any(String) as string }] },
    });
    expect(
      await refusal(fixture.client.apiCall('chat.postMessage', { channel, blocks: '[{' })),
    ).toMatchObject({
      error: 'invalid_blocks_format',
    });
  });
});
