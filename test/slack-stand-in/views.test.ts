import { createServer, type Server } from 'node:http';
import { close, listen } from './app';
import { type Fixture, plain, refusal, section, startFixture } from './stand-in';

let fixture: Fixture;
let server: Server;
let ada: string;
let channel: string;
let ts: string;

beforeAll(async () => {
  fixture = await startFixture();
  const listening = await listen(
    createServer((request, response) => request.resume().on('end', () => response.end())),
  );
  server = listening.server;
  await fixture.control.setEventsUrl({ eventsUrl: `http://127.0.0.1:${listening.port}/slack/events` });
  ada = (await fixture.control.ensureUser({ email: 'ada@example.com', name: 'Ada' })).id;
  channel = (await fixture.control.ensureChannel({ name: 'approvals', members: [ada] })).id;
  ts = (await fixture.client.chat.postMessage({ channel, text: 'card', blocks: [button] })).ts ?? '';
});
afterAll(async () => {
  await fixture.stop();
  await close(server);
});

const button = {
  type: 'actions' as const,
  block_id: 'row',
  elements: [{ type: 'button' as const, action_id: 'go', text: plain('Go') }],
};
const modal = (extra: object = {}) => ({
  type: 'modal' as const,
  title: plain('Title'),
  blocks: [section('text'), button],
  ...extra,
});
const lastTrigger = async () =>
  String((await fixture.control.deliveries({ kind: 'block_actions' })).at(-1)?.payload.trigger_id);
const trigger = async () => {
  await fixture.control.click({ user: ada, channel, ts, actionId: 'go' });
  return lastTrigger();
};
const open = async (extra: object = {}) =>
  fixture.client.views.open({ trigger_id: await trigger(), view: modal(extra) });
const pushed = async (view: string | undefined) => {
  await fixture.control.click({ user: ada, view: view ?? '', actionId: 'go' });
  return fixture.client.views.push({ trigger_id: await lastTrigger(), view: modal() });
};

describe('A trigger', () => {
  test('opens one view, for the one who clicked', async () => {
    const id = await trigger();
    const { view } = await fixture.client.views.open({ trigger_id: id, view: modal() });
    expect(view?.id).toMatch(/^V[A-Z0-9]{10}$/);
    expect(await fixture.control.modals({ user: ada })).toMatchObject([{ id: view?.id, userId: ada }]);
    const again = fixture.client.views.open({ trigger_id: id, view: modal() });
    expect(await refusal(again)).toMatchObject({ error: 'exchanged_trigger_id' });
  });

  test('lives for three seconds', async () => {
    const id = await trigger();
    await new Promise((resolve) => setTimeout(resolve, 3100));
    const late = fixture.client.views.open({ trigger_id: id, view: modal() });
    expect(await refusal(late)).toMatchObject({ error: 'expired_trigger_id' });
  });

  test('that nobody made, or another workspace, opens nothing', async () => {
    const invented = fixture.client.views.open({ trigger_id: '1.2.3', view: modal() });
    expect(await refusal(invented)).toMatchObject({ error: 'invalid_trigger_id' });
    const other = await fixture.control.ensureWorkspace({ name: 'Other', domain: 'other' });
    const foreign = fixture
      .clientFor(other.botToken)
      .views.open({ trigger_id: await trigger(), view: modal() });
    expect(await refusal(foreign)).toMatchObject({ error: 'invalid_trigger_id' });
  });

  test('of a message lays no view on another', async () => {
    await open();
    const push = fixture.client.views.push({ trigger_id: await trigger(), view: modal() });
    expect(await refusal(push)).toMatchObject({ error: 'invalid_trigger_id' });
  });
});

describe('A view', () => {
  const refused: [string, object, string][] = [
    ['a title of 25', { title: plain('x'.repeat(25)) }, '/view/title/text'],
    ['a submit of 25', { submit: plain('x'.repeat(25)) }, '/view/submit/text'],
    ['a close of 25', { close: plain('x'.repeat(25)) }, '/view/close/text'],
    ['no title', { title: undefined }, '/view'],
    ['private_metadata of 3,001', { private_metadata: 'x'.repeat(3001) }, '/view/private_metadata'],
    ['a callback_id of 256', { callback_id: 'x'.repeat(256) }, '/view/callback_id'],
    ['an external_id of 256', { external_id: 'x'.repeat(256) }, '/view/external_id'],
    ['101 blocks', { blocks: Array.from({ length: 101 }, () => ({ type: 'divider' })) }, '/view/blocks'],
    [
      'an input but no submit',
      { blocks: [{ type: 'input', label: plain('l'), element: { type: 'plain_text_input' } }] },
      '/view',
    ],
    ['a markdown block', { blocks: [{ type: 'markdown', text: 'x' }] }, '/view/blocks/0/type'],
  ];
  test.each(refused)('with %s is refused with a pointer to the place', async (_what, extra, pointer) => {
    const answer = await refusal(
      fixture.client.apiCall('views.open', { trigger_id: 'x', view: modal(extra) }),
    );
    expect(answer.error).toBe('invalid_arguments');
    expect((answer.response_metadata as { messages: string[] }).messages.join('\n')).toContain(
      `[json-pointer:${pointer}]`,
    );
  });

  test('of more than 250 KB is refused', async () => {
    const blocks = Array.from({ length: 90 }, () => section('x'.repeat(2950)));
    const answer = fixture.client.views.open({ trigger_id: 'x', view: modal({ blocks }) });
    expect(await refusal(answer)).toMatchObject({ error: 'view_too_large' });
  });

  test('lies with at most two others in a stack', async () => {
    const first = await open();
    const second = await pushed(first.view?.id);
    const third = await pushed(second.view?.id);
    expect(third.view).toMatchObject({ root_view_id: first.view?.id, previous_view_id: second.view?.id });
    expect(await refusal(pushed(third.view?.id))).toMatchObject({ error: 'push_limit_reached' });
  });

  test('is not updated over what another has changed', async () => {
    const { view } = await open();
    const update = (hash: string | undefined) =>
      fixture.client.views.update({
        view_id: view?.id ?? '',
        view: modal(),
        ...(hash === undefined ? {} : { hash }),
      });
    const changed = await update(view?.hash);
    expect(changed.view?.hash).not.toBe(view?.hash);
    expect(await refusal(update(view?.hash))).toMatchObject({ error: 'hash_conflict' });
    expect(await update(undefined)).toMatchObject({ ok: true });
    await fixture.control.close({ user: ada });
    expect(await refusal(update(undefined))).toMatchObject({ error: 'not_found' });
  });

  test('has its external_id alone', async () => {
    await open({ external_id: 'form-1' });
    const { view } = await fixture.client.views.update({
      external_id: 'form-1',
      view: modal({ external_id: 'form-1' }),
    });
    const bob = await fixture.control.ensureUser({ email: 'bob@example.com', name: 'Bob' });
    const home = { type: 'home' as const, blocks: [], external_id: 'form-1' };
    const taken = fixture.client.views.publish({ user_id: bob.id, view: home });
    expect(await refusal(taken)).toMatchObject({ error: 'duplicate_external_id' });
    expect(view?.external_id).toBe('form-1');
  });

  test('keeps what was typed where its input stays', async () => {
    const select = (value: string) => ({
      type: 'actions',
      block_id: 'pick',
      elements: [
        {
          type: 'static_select',
          action_id: 'role',
          options: [
            { text: plain('Viewer'), value: 'viewer' },
            { text: plain(value), value },
          ],
        },
      ],
    });
    const { view } = await open({ blocks: [select('editor')] });
    await fixture.control.click({ user: ada, view: view?.id ?? '', actionId: 'role', chosen: 'viewer' });
    const update = await fixture.client.apiCall('views.update', {
      view_id: view?.id,
      view: modal({ blocks: [select('owner')] }),
    });
    const kept = { pick: { role: { selected_option: { value: 'viewer' } } } };
    expect(update).toMatchObject({ view: { state: { values: kept } } });
    const payload = (await fixture.control.deliveries({ kind: 'block_actions' })).at(-1)?.payload;
    expect(payload).toMatchObject({
      container: { type: 'view' },
      actions: [{ selected_option: { value: 'viewer' } }],
    });
    expect(payload).not.toHaveProperty('response_url');
  });

  test('as App Home is one per person, checked by hash', async () => {
    const publish = (hash?: string) =>
      fixture.client.views.publish({
        user_id: ada,
        view: { type: 'home', blocks: [section('hi')] },
        ...(hash === undefined ? {} : { hash }),
      });
    const first = await publish();
    const second = await publish(first.view?.hash);
    expect(second.view?.id).toBe(first.view?.id);
    expect(await refusal(publish(first.view?.hash))).toMatchObject({ error: 'hash_conflict' });
    expect(
      await refusal(fixture.client.views.publish({ user_id: 'U0', view: { type: 'home', blocks: [] } })),
    ).toMatchObject({
      error: 'user_not_found',
    });
  });
});
