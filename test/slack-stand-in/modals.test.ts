import { type ScriptedApp, startScriptedApp } from './app';
import { plain } from './stand-in';

let app: ScriptedApp;
beforeAll(async () => {
  app = await startScriptedApp();
});
afterAll(() => app.stop());
beforeEach(() => app.refresh());

describe('A modal’s submission', () => {
  const view = {
    type: 'modal' as const,
    title: plain('Form'),
    submit: plain('Send'),
    blocks: [
      {
        type: 'input' as const,
        block_id: 'b',
        label: plain('L'),
        element: { type: 'plain_text_input' as const, action_id: 'a' },
      },
    ],
  };
  const open = async () => {
    await app.click();
    await app.fixture.client.views.open({ trigger_id: String(app.payload().trigger_id), view });
  };
  const submit = async (body: unknown, status = 200) => {
    app.answer = { status, body: typeof body === 'string' ? body : JSON.stringify(body) };
    return app.fixture.control.submit({ user: app.ada, values: { b: { a: 'typed' } } });
  };
  const titles = async () =>
    (await app.fixture.control.modals({ user: app.ada })).map(({ content }) =>
      content.type === 'modal' ? content.title.text : '',
    );

  test('may be answered by another view, one more on top, or an end of all', async () => {
    await open();
    expect(
      await submit({ response_action: 'update', view: { ...view, title: plain('Next') } }),
    ).toMatchObject({ outcome: 'updated' });
    expect(await submit({ response_action: 'push', view: { ...view, title: plain('Top') } })).toMatchObject({
      outcome: 'pushed',
    });
    expect(await titles()).toEqual(['Next', 'Top']);
    expect(await submit('')).toMatchObject({ outcome: 'closed' });
    expect(await titles()).toEqual(['Next']);
    expect(await submit({ response_action: 'clear' })).toMatchObject({ outcome: 'cleared' });
    expect(await titles()).toEqual([]);
  });

  test('keeps the modal open when the answer is no good', async () => {
    await open();
    const tooLong = { ...view, title: plain('x'.repeat(25)) };
    expect(await submit({ response_action: 'update', view: tooLong })).toMatchObject({
      outcome: 'failed',
      reason: expect.stringContaining('[json-pointer:/view/title/text]') as string,
    });
    expect(await submit({ response_action: 'errors', errors: { elsewhere: 'no' } })).toMatchObject({
      outcome: 'failed',
    });
    expect(await submit('<html>')).toMatchObject({ outcome: 'failed', reason: 'answer_is_no_json' });
    expect(await submit('', 500)).toMatchObject({ outcome: 'failed', reason: 'http_error' });
    expect(await titles()).toEqual(['Form']);
  });

  test('closing tells the app only where it asked', async () => {
    await open();
    app.received.length = 0;
    await app.fixture.control.close({ user: app.ada });
    expect(app.received).toHaveLength(0);
    await app.click();
    await app.fixture.client.views.open({
      trigger_id: String(app.payload().trigger_id),
      view: { ...view, notify_on_close: true },
    });
    await app.fixture.control.close({ user: app.ada });
    expect(app.payload()).toMatchObject({ type: 'view_closed', is_cleared: false });
  });
});
