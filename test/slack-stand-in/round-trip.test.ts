import type { App } from '@slack/bolt';
import { startApp, type RunningApp } from './app';
import { type Fixture, plain, section, startFixture } from './stand-in';

let fixture: Fixture;
let running: RunningApp;
let channel: string;
let ada: string;

const modal = {
  type: 'modal' as const,
  callback_id: 'deny',
  title: plain('Deny'),
  submit: plain('Deny'),
  blocks: [
    {
      type: 'input' as const,
      block_id: 'reason',
      label: plain('Reason'),
      element: { type: 'plain_text_input' as const, action_id: 'text', min_length: 3 },
    },
  ],
};

function register(app: App): void {
  app.action('deny', async ({ ack, body, client }) => {
    await ack();
    if (body.type !== 'block_actions') return;
    const place = JSON.stringify({ channel: body.channel?.id, ts: body.message?.ts });
    await client.views.open({ trigger_id: body.trigger_id, view: { ...modal, private_metadata: place } });
  });
  app.view('deny', async ({ ack, view, client, body }) => {
    const reason = view.state.values.reason?.text?.value ?? '';
    if (reason === 'because') {
      await ack({ response_action: 'errors', errors: { reason: 'Say more.' } });
      return;
    }
    await ack();
    const place = JSON.parse(view.private_metadata) as { channel: string; ts: string };
    await client.chat.update({
      ...place,
      text: `Denied by <@${body.user.id}>`,
      blocks: [section(`Denied: ${reason}`)],
    });
  });
  app.action('note', async ({ ack, respond }) => {
    await ack();
    await respond({ text: 'Only for you', response_type: 'ephemeral', replace_original: false });
  });
  app.command('/doorlist', async ({ ack, command }) => {
    await ack(`You said ${command.text}`);
  });
  app.shortcut('share', async ({ ack }) => ack());
  app.event('app_home_opened', async ({ event, client }) => {
    await client.views.publish({ user_id: event.user, view: { type: 'home', blocks: [section('Welcome')] } });
  });
}

beforeAll(async () => {
  fixture = await startFixture();
  running = await startApp(fixture, register);
  ada = (await fixture.control.ensureUser({ email: 'ada@example.com', name: 'Ada' })).id;
  channel = (await fixture.control.ensureChannel({ name: 'approvals', members: [ada] })).id;
});
afterAll(async () => {
  await running.stop();
  await fixture.stop();
});

async function card(): Promise<string> {
  const { ts } = await fixture.client.chat.postMessage({
    channel,
    text: 'Invite zoe?',
    blocks: [
      section('Invite zoe?'),
      {
        type: 'actions',
        block_id: 'card',
        elements: [
          { type: 'button', action_id: 'deny', text: plain('Deny'), value: 'r1' },
          { type: 'button', action_id: 'note', text: plain('Note') },
          { type: 'button', action_id: 'nobody', text: plain('Nobody') },
        ],
      },
    ],
  });
  return ts ?? '';
}

/** Waits for what an app does after it has acknowledged. */
async function until<T>(read: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
  const deadline = Date.now() + 3000;
  for (;;) {
    const value = await read();
    if (holds(value) || Date.now() > deadline) return value;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
const modals = () => fixture.control.modals({ user: ada });
const submit = (text: string) => fixture.control.submit({ user: ada, values: { reason: { text } } });

describe('A real Bolt app', () => {
  test('click, modal, field error, submit, card redrawn', async () => {
    const ts = await card();
    expect(await fixture.control.click({ user: ada, channel, ts, text: 'Deny' })).toMatchObject({
      ok: true,
      status: 200,
    });
    expect(await until(modals, (open) => open.length === 1)).toHaveLength(1);
    expect(await submit('no')).toMatchObject({ outcome: 'incomplete', status: 0 });
    expect(await submit('because')).toMatchObject({ outcome: 'errors', errors: { reason: 'Say more.' } });
    expect((await modals())[0]).toMatchObject({ errors: { reason: 'Say more.' } });
    expect(await submit('not a partner')).toMatchObject({ outcome: 'closed' });
    expect(await modals()).toEqual([]);
    const read = async () =>
      (await fixture.control.messages({ channel })).find((message) => message.ts === ts);
    const after = await until(read, (message) => message?.text.startsWith('Denied') ?? false);
    expect(after).toMatchObject({
      text: `Denied by <@${ada}>`,
      blocks: [{ text: { text: 'Denied: not a partner' } }],
    });
  });

  test('the click’s payload is complete', async () => {
    const ts = await card();
    await fixture.control.clearRecord({});
    await fixture.control.click({ user: ada, channel, ts, actionId: 'deny' });
    const [delivery] = await fixture.control.deliveries({ kind: 'block_actions' });
    expect(delivery?.payload).toMatchObject({
      type: 'block_actions',
      user: { id: ada, name: 'ada', username: 'ada', team_id: fixture.slack.teamId },
      api_app_id: expect.stringMatching(/^A/) as string,
      team: { id: fixture.slack.teamId, domain: 'doorlist-demo' },
      enterprise: null,
      is_enterprise_install: false,
      container: { type: 'message', message_ts: ts, channel_id: channel, is_ephemeral: false },
      channel: { id: channel, name: 'approvals' },
      message: { ts, text: 'Invite zoe?' },
      state: { values: {} },
      trigger_id: expect.any(String) as string,
      token: expect.any(String) as string,
      response_url: expect.stringContaining(fixture.slack.webUrl) as string,
      actions: [{ action_id: 'deny', block_id: 'card', type: 'button', value: 'r1', text: plain('Deny') }],
    });
  });

  test('respond() reaches the one who clicked, and chat.update refuses what it made', async () => {
    const ts = await card();
    await fixture.control.click({ user: ada, channel, ts, actionId: 'note' });
    const read = () => fixture.control.messages({ channel, user: ada });
    const seen = await until(read, (all) => all.some(({ text }) => text === 'Only for you'));
    expect(seen.at(-1)).toMatchObject({ text: 'Only for you', ephemeralTo: ada });
  });

  test('a slash command’s answer is shown to its user', async () => {
    await fixture.control.command({ user: ada, command: '/doorlist', text: 'hello there', channel });
    const seen = await fixture.control.messages({ channel, user: ada });
    expect(seen.at(-1)).toMatchObject({ text: 'You said hello there', ephemeralTo: ada });
  });

  test('a shortcut and the App Home reach it', async () => {
    expect(await fixture.control.shortcut({ user: ada, callbackId: 'share' })).toMatchObject({ ok: true });
    expect(await fixture.control.openHome({ user: ada })).toMatchObject({ ok: true });
    const home = await until(
      () => fixture.control.home({ user: ada }),
      (view) => view !== null,
    );
    expect(home?.content.blocks).toMatchObject([{ text: { text: 'Welcome' } }]);
  });

  test('a control nobody answers for leaves a warning, and one that works takes it away', async () => {
    const ts = await card();
    const sent = await fixture.control.click({ user: ada, channel, ts, actionId: 'nobody' });
    expect(sent.ok).toBe(false);
    expect(await fixture.control.warnings({})).toMatchObject([
      { user: ada, surface: ts, actionId: 'nobody' },
    ]);
    running.app.action('nobody', async ({ ack }) => ack());
    await fixture.control.click({ user: ada, channel, ts, actionId: 'nobody' });
    expect(await fixture.control.warnings({})).toEqual([]);
  });

  test('a wrong signature is answered 401', async () => {
    const payload = { type: 'block_actions' };
    const forged = await fixture.control.deliver({ as: 'payload', payload, wrongSignature: true });
    expect(forged).toMatchObject({ ok: false, status: 401 });
  });

  test('nobody clicks what they cannot see', async () => {
    const eve = await fixture.control.ensureUser({ email: 'eve@example.com', name: 'Eve' });
    const hidden = await fixture.control.ensureChannel({ name: 'hidden', isPrivate: true, members: [ada] });
    const { ts } = await fixture.client.chat.postMessage({ channel: hidden.id, text: 'x' });
    const click = fixture.control.click({ user: eve.id, channel: hidden.id, ts: ts ?? '', actionId: 'deny' });
    await expect(click).rejects.toThrow('channel_not_found');
    const gone = fixture.control.click({ user: ada, channel: hidden.id, ts: ts ?? '', actionId: 'deny' });
    await expect(gone).rejects.toThrow('control_not_found');
  });

  test('a person from elsewhere keeps their own team in the payload', async () => {
    const guest = await fixture.control.ensureUser({
      email: 'g@partner.example',
      name: 'Gil',
      homeTeam: 'T0ELSEWHERE',
    });
    await fixture.control.updateChannel({ channel, add: [guest.id] });
    const ts = await card();
    await fixture.control.click({ user: guest.id, channel, ts, actionId: 'note' });
    const [last] = (await fixture.control.deliveries({ kind: 'block_actions' })).slice(-1);
    expect(last?.payload).toMatchObject({
      user: { team_id: 'T0ELSEWHERE' },
      team: { id: fixture.slack.teamId },
    });
  });
});
