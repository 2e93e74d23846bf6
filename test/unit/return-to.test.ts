import fc from 'fast-check';
import { localPath } from '../../api/return-to';

describe('where signing in may lead (WEB-1)', () => {
  it.each(['/', '/approvals/1?x=y#z', '/e/1', '/a/../b', '/?next=https://evil.test', '/%2f%2fevil.test'])(
    'keeps a path of ours: %s',
    (path) => expect(localPath(path)).toBe(new URL(path, 'http://x').href.slice('http://x'.length)),
  );

  it.each([
    ...['/.//evil.test', '/a/..//evil.test', '/%2e//evil.test', '//'],
    ...['//evil.test', '///evil.test', '/\\evil.test', '\\/evil.test', '/\t/evil.test', '/\n/evil.test'],
    ...[
      'https://evil.test',
      'javascript:alert(1)',
      'data:text/html,x',
      'evil.test',
      '',
      ' /',
      '/ /evil.test',
    ],
    ...[`/${'x'.repeat(2_000)}`, undefined, null, 1, ['/'], { toString: () => '/' }],
  ])('leads nowhere for %j', (value) => expect(localPath(value)).toBeNull());

  it('never leads to another host, whatever is asked for', () => {
    const part = fc.constantFrom(
      '/',
      '\\',
      '.',
      '@',
      ':',
      '?',
      '#',
      '%2f',
      '%5c',
      '\t',
      '\r',
      '\n',
      '\0',
      ' ',
      'evil.test',
      'http:',
    );
    const crafted = fc.array(part, { maxLength: 12 }).map((parts) => `/${parts.join('')}`);
    fc.assert(
      fc.property(
        fc.oneof(
          crafted,
          fc.string().map((text) => `/${text}`),
        ),
        (value) => {
          const path = localPath(value);
          if (path === null) return;
          expect(new URL(path, 'https://doorlist.test').origin).toBe('https://doorlist.test');
          expect(localPath(path)).toBe(path);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
