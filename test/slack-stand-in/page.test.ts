import { goButton, type ScriptedApp, startScriptedApp } from './app';
import { plain, section } from './stand-in';

let app: ScriptedApp;
beforeAll(async () => {
  app = await startScriptedApp();
});
afterAll(() => app.stop());
beforeEach(() => app.refresh());

const page = async (user: string, place: string) => {
  const query = new URLSearchParams({ team: app.fixture.slack.teamId, user, place });
  const response = await fetch(`${app.fixture.slack.webUrl}/?${query.toString()}`);
  expect(response.headers.get('content-security-policy')).toContain("script-src 'self'");
  return response.text();
};
const posted = async (text: string, blocks = [section(text)]) => {
  await app.fixture.client.chat.postMessage({ channel: app.channel, text, blocks });
  return page(app.ada, app.channel);
};

describe('The page', () => {
  test('first asks whom to look as', async () => {
    const html = await (await fetch(app.fixture.slack.webUrl)).text();
    expect(html).toContain('Who are you?');
    expect(html).toContain('ada@example.com');
  });

  test('shows a card’s blocks with their controls', async () => {
    const html = await page(app.ada, app.channel);
    expect(html).toMatch(/data-block="row" data-action="go"[^>]*>Go<\/button>/);
  });

  test('renders Slack’s markup', async () => {
    const html = await posted(
      `*bold* _it_ ~no~ \`code\` <https://a.example|site> <@${app.ada}> :key:\n>quote`,
    );
    for (const part of [
      '<strong>bold</strong>',
      '<em>it</em>',
      '<s>no</s>',
      '<code>code</code>',
      '@Ada</span>',
      '🔑',
    ])
      expect(html).toContain(part);
    expect(html).toContain('<a href="https://a.example" target="_blank" rel="noreferrer">site</a>');
    expect(html).toContain('<blockquote>quote</blockquote>');
  });

  test('shows dates in the reader’s time zone', async () => {
    const html = await posted('until <!date^1780000000^{date_short} {time}|later>');
    expect(html).toContain('<time>28 May 2026 21:26</time>');
  });

  test.each([
    ['&lt;script&gt;alert(1)&lt;/script&gt;', '&lt;script&gt;alert(1)&lt;/script&gt;'],
    ['<javascript:alert(1)|click>', 'click'],
    ['<https://a.example" onclick="x|click>', 'href="https://a.example&quot; onclick=&quot;x"'],
    ['*<img src=x onerror=y>*', '<strong>img src=x onerror=y</strong>'],
  ])('lets no markup of its own come from %s', async (written, shown) => {
    const html = await posted(written);
    expect(html).toContain(shown);
    expect(html).not.toMatch(/href="javascript|<script>alert|<img src=x/);
  });

  test('escapes what a person typed', async () => {
    await app.fixture.control.say({
      user: app.ada,
      channel: app.channel,
      text: '<b>hi</b> https://a.example/x',
    });
    const html = await page(app.ada, app.channel);
    expect(html).toContain('&lt;b&gt;hi&lt;/b&gt;');
    expect(html).toContain('href="https://a.example/x"');
  });

  test('keeps a private note and a private channel from others', async () => {
    const bob = await app.fixture.control.ensureUser({ email: 'bob@example.com', name: 'Bob' });
    const hidden = await app.fixture.control.ensureChannel({
      name: 'back-office',
      isPrivate: true,
      members: [app.ada],
    });
    await app.fixture.client.chat.postMessage({ channel: hidden.id, text: 'inside' });
    await app.fixture.client.chat.postEphemeral({ channel: app.channel, user: app.ada, text: 'psst' });
    expect(await page(app.ada, app.channel)).toContain('psst');
    expect(await page(bob.id, app.channel)).not.toContain('psst');
    expect(await page(bob.id, hidden.id)).not.toContain('inside');
    expect(await page(bob.id, hidden.id)).not.toContain('back-office');
  });

  test('shows a thread under its message', async () => {
    await app.fixture.client.chat.postMessage({
      channel: app.channel,
      thread_ts: app.ts,
      text: 'Reminder sent',
    });
    const html = await page(app.ada, app.channel);
    expect(html).toContain('<summary>1 reply</summary>');
    expect(html).toContain('Reminder sent');
  });

  test('marks a control whose use failed', async () => {
    app.answer = { status: 500 };
    await app.click();
    expect(await page(app.ada, app.channel)).toContain('aria-label="Something went wrong"');
    app.answer = {};
    await app.click();
    expect(await page(app.ada, app.channel)).not.toContain('aria-label="Something went wrong"');
  });

  test('shows an open modal with what was typed and what is wrong with it', async () => {
    await app.click();
    const view = {
      type: 'modal' as const,
      title: plain('Deny'),
      submit: plain('Send'),
      blocks: [
        {
          type: 'input' as const,
          block_id: 'b',
          label: plain('Reason'),
          element: { type: 'plain_text_input' as const, action_id: 'a' },
        },
      ],
    };
    await app.fixture.client.views.open({ trigger_id: String(app.payload().trigger_id), view });
    app.answer = { body: JSON.stringify({ response_action: 'errors', errors: { b: 'Say more.' } }) };
    await app.fixture.control.submit({ user: app.ada, values: { b: { a: 'typed' } } });
    const html = await page(app.ada, app.channel);
    expect(html).toContain('<label for="b-field">Reason');
    expect(html).toContain('value="typed"');
    expect(html).toContain('Say more.');
    await app.fixture.control.close({ user: app.ada });
  });

  test('shows the App Home', async () => {
    await app.fixture.client.views.publish({
      user_id: app.ada,
      view: { type: 'home', blocks: [section('Waiting'), goButton] },
    });
    expect(await page(app.ada, 'home')).toContain('Waiting');
  });

  test('is told when to look again', async () => {
    const stream = await fetch(`${app.fixture.slack.webUrl}/changes`);
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    await reader?.read();
    await app.fixture.client.chat.postMessage({ channel: app.channel, text: 'new' });
    expect((await reader?.read())?.value).toContain('data: change');
    await reader?.cancel();
  });
});
