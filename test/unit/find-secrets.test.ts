import { findSecrets } from '../../operations/documents/find-secrets';

const collection = (parts: object) => JSON.stringify({ info: { name: 'Orders' }, item: [], ...parts });

describe('the warning about secrets (KEY-2)', () => {
  it('names the path and the rule of each, and never the value (KEY-2)', async () => {
    const slackToken = ['xoxb', '123456789012', '123456789012', 'abcdefghijklmnopqrstuvwx'].join('-');
    const found = await findSecrets(
      collection({
        auth: { type: 'bearer', bearer: [{ key: 'token', value: 'sekret-1', type: 'string' }] },
        item: [
          {
            name: 'Get',
            request: {
              url: 'https://example.test',
              header: [{ key: 'Authorization', value: 'Basic sekret-2' }],
              description: slackToken,
            },
          },
        ],
        variable: [{ key: 'dbPassword', value: 'sekret-3' }],
      }),
    );
    const at = found.map(({ path, rule }) => `${path}: ${rule}`);
    expect(at).toEqual(
      expect.arrayContaining([
        'auth.bearer.0.value: auth-value',
        'item.0.request.header.0.value: authorization-header',
        'variable.0.value: secret-variable',
        expect.stringMatching(/^item\.0\.request\.description: .*slack/),
      ]),
    );
    expect(JSON.stringify(found)).not.toMatch(/sekret|xoxb/);
  });

  it('reads the older form of auth, too (KEY-2)', async () => {
    const found = await findSecrets(
      collection({ auth: { type: 'basic', basic: { username: 'u', password: 'sekret' } } }),
    );
    expect(found).toEqual([{ path: 'auth.basic.password', rule: 'auth-value' }]);
  });

  it('leaves variables’ names, empty values and plain text alone (KEY-2)', async () => {
    const found = await findSecrets(
      collection({
        auth: { type: 'bearer', bearer: [{ key: 'token', value: '{{token}}', type: 'string' }] },
        item: [{ name: 'Get', request: { header: [{ key: 'Authorization', value: 'Bearer {{token}}' }] } }],
        variable: [
          { key: 'token', value: '' },
          { key: 'baseUrl', value: 'https://example.test' },
        ],
      }),
    );
    expect(found).toEqual([]);
  });
});
