import { type Fixture, plain, refusal, section, startFixture } from './stand-in';

let fixture: Fixture;
let channel: string;
beforeAll(async () => {
  fixture = await startFixture();
  channel = (await fixture.control.ensureChannel({ name: 'approvals' })).id;
});
afterAll(() => fixture.stop());

const button = (extra: object = {}) => ({ type: 'button', text: plain('Approve'), action_id: 'a', ...extra });
const actions = (...elements: object[]) => ({ type: 'actions', elements });
const option = (value: string, label = value) => ({ text: plain(label), value });
const long = (length: number) => 'x'.repeat(length);
const post = (blocks: unknown[]) =>
  fixture.client.apiCall('chat.postMessage', { channel, text: 'x', blocks });

describe('Block limits', () => {
  const refused: [string, unknown[], string][] = [
    ['51 blocks', Array.from({ length: 51 }, () => ({ type: 'divider' })), '/blocks'],
    ['a section text of 3,001', [section(long(3001))], '/blocks/0/text/text'],
    ['an empty text', [section('')], '/blocks/0/text/text'],
    ['a section without text or fields', [{ type: 'section' }], '/blocks/0'],
    [
      '11 fields',
      [{ type: 'section', fields: Array.from({ length: 11 }, () => plain('f')) }],
      '/blocks/0/fields',
    ],
    [
      'a field of 2,001',
      [{ type: 'section', fields: [plain('f'), plain(long(2001))] }],
      '/blocks/0/fields/1/text',
    ],
    ['a header of 151', [{ type: 'header', text: plain(long(151)) }], '/blocks/0/text/text'],
    ['a header in mrkdwn', [{ type: 'header', text: { type: 'mrkdwn', text: 'x' } }], '/blocks/0/text/type'],
    [
      '11 context elements',
      [{ type: 'context', elements: Array.from({ length: 11 }, () => plain('c')) }],
      '/blocks/0/elements',
    ],
    [
      '26 actions',
      [actions(...Array.from({ length: 26 }, (_, i) => button({ action_id: `a${i}` })))],
      '/blocks/0/elements',
    ],
    ['a label of 76', [actions(button({ text: plain(long(76)) }))], '/blocks/0/elements/0/text/text'],
    ['a value of 2,001', [actions(button({ value: long(2001) }))], '/blocks/0/elements/0/value'],
    [
      'a url of 3,001',
      [actions(button({ url: `https://a.example/${long(2984)}` }))],
      '/blocks/0/elements/0/url',
    ],
    ['a url that is none', [actions(button({ url: 'javascript:alert(1)' }))], '/blocks/0/elements/0/url'],
    ['an action_id of 256', [actions(button({ action_id: long(256) }))], '/blocks/0/elements/0/action_id'],
    ['a block_id of 256', [{ type: 'divider', block_id: long(256) }], '/blocks/0/block_id'],
    [
      'a block_id twice',
      [
        { type: 'divider', block_id: 'b' },
        { type: 'divider', block_id: 'b' },
      ],
      '/blocks/1/block_id',
    ],
    ['an action_id twice', [actions(button(), button())], '/blocks/0/elements'],
    ['an unknown block', [{ type: 'nonsense' }], '/blocks/0/type'],
    ['an unknown element', [actions({ type: 'lever' })], '/blocks/0/elements/0/type'],
    ['an unknown field', [{ type: 'divider', colour: 'red' }], '/blocks/0'],
    ['an unknown style', [actions(button({ style: 'warning' }))], '/blocks/0/elements/0/style'],
    [
      'a select without options',
      [actions({ type: 'static_select', options: [] })],
      '/blocks/0/elements/0/options',
    ],
    [
      'a select with a twin option',
      [actions({ type: 'static_select', options: [option('a'), option('a')] })],
      '/blocks/0/elements/0',
    ],
    [
      'six overflow options',
      [actions({ type: 'overflow', options: [1, 2, 3, 4, 5, 6].map((i) => option(`o${i}`)) })],
      '/blocks/0/elements/0/options',
    ],
    [
      'a foreign initial option',
      [actions({ type: 'static_select', options: [option('a')], initial_option: option('b') })],
      '/blocks/0/elements/0',
    ],
    ['an alert outside a modal', [{ type: 'alert', text: plain('x') }], '/blocks/0/type'],
    [
      'a confirmation title of 101',
      [
        actions(
          button({
            confirm: { title: plain(long(101)), text: plain('t'), confirm: plain('c'), deny: plain('d') },
          }),
        ),
      ],
      '/blocks/0/elements/0/confirm/title/text',
    ],
    ['a button without text', [actions({ type: 'button' })], '/blocks/0/elements/0'],
  ];

  test.each(refused)('%s is refused with a pointer to the place', async (_what, blocks, pointer) => {
    const answer = await refusal(post(blocks));
    expect(answer.error).toBe('invalid_blocks');
    const { messages } = answer.response_metadata as { messages: string[] };
    expect(messages.join('\n')).toContain(`[json-pointer:${pointer}]`);
  });

  test('everything at its limit is taken', async () => {
    const blocks = [
      section(long(3000)),
      { type: 'section', fields: Array.from({ length: 10 }, () => plain(long(2000))) },
      { type: 'header', text: plain(long(150)) },
      actions(button({ text: plain(long(75)), value: long(2000), action_id: long(255) })),
      { type: 'divider', block_id: long(255) },
      ...Array.from({ length: 45 }, () => ({ type: 'divider' })),
    ];
    expect(await post(blocks)).toMatchObject({ ok: true });
  });

  test('a lacking field is named', async () => {
    const answer = await refusal(post([actions({ type: 'button' })]));
    expect(answer.response_metadata).toMatchObject({
      messages: ['[ERROR] missing required field: text [json-pointer:/blocks/0/elements/0]'],
    });
  });

  test('ids that are left out are given', async () => {
    const answer = await post([actions({ type: 'button', text: plain('Go') })]);
    const { message } = answer as { message?: unknown };
    expect(message).toMatchObject({
      blocks: [
        { block_id: expect.any(String) as string, elements: [{ action_id: expect.any(String) as string }] },
      ],
    });
  });
});
