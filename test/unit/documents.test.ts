import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { Refusal } from '../../domain/refusal';
import type { ElementType } from '../../domain/roles';
import { readNewContent, readNewElement } from '../../operations/documents/read-body';
import { checkDocument, type CheckedDocument } from '../../operations/documents/read-document';

const fixture = (name: string) => readFileSync(join(__dirname, '../fixtures/documents', name), 'utf8');
const SCHEMA = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json';

/** What becomes of a document in a body that holds it as it is. */
function take(type: ElementType, text: string): CheckedDocument {
  const { document, type: told } = readNewElement(
    Buffer.from(`{ "type": "${type}",\n "content": ${text}\n}`),
  );
  return checkDocument(told, document);
}

/** The code and paths that something is refused with. */
function refused(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    if (error instanceof Refusal)
      return [error.code, ...(error.extra.errors ?? []).map((fault) => fault.path)];
    throw error;
  }
  return 'taken';
}

const collection = (item: unknown, info: object = { name: 'C', schema: SCHEMA }) =>
  JSON.stringify({ info, item });

describe('a document (SHARE-8)', () => {
  it.each([
    ['collection', 'orders-v2.1.postman_collection.json', 'Orders'],
    ['collection', 'legacy-v2.0.postman_collection.json', 'Legacy'],
    ['api', 'orders.openapi.json', 'Orders API'],
    ['api', 'hooks.openapi.json', 'Hooks'],
    ['environment', 'local.postman_environment.json', 'Local'],
  ] as [ElementType, string, string][])('is taken and its text kept: %s %s', (type, file, name) => {
    const text = fixture(file).trim();
    expect(take(type, text)).toMatchObject({ name, content: text });
  });

  it('is taken without the byte order mark that its file began with', () => {
    const text = fixture('with-mark.postman_collection.json');
    expect(text.startsWith('\uFEFF')).toBe(true);
    expect(take('collection', text).content).toBe(text.slice(1).trim());
    expect(readNewContent(Buffer.from(text)).text).toBe(text.slice(1).trim());
  });

  it('keeps a byte order mark that stands in a text, also after words that look like the body’s', () => {
    const text = JSON.stringify({ name: 'E', values: [{ key: 'k', value: '"content": \uFEFF{' }] });
    expect(take('environment', text).content).toBe(text);
  });

  it('comes out byte for byte, whatever JSON it is and whatever stands around it', () => {
    const space = fc.constantFrom('', ' ', '\n\t', '\r\n  ');
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), space, space, fc.boolean(), (json, before, after, first) => {
        const document = `{"name":"E","values":[],"more":${before}${json}${after}}`;
        const content = `"content"${before}:${after}${document}${before}`;
        const type = `"type":"environment"${after}`;
        const body = first ? `{${content},${type}}` : `${after}{${before}${type},${before}${content}}`;
        expect(readNewElement(Buffer.from(body)).document.text).toBe(document);
      }),
    );
  });

  it.each([
    ['no info', '{"name": "Old", "item": []}', ['content.info']],
    ['no item', JSON.stringify({ info: { name: 'C', schema: SCHEMA } }), ['content.item']],
    ['no name', collection([], { schema: SCHEMA }), ['content.info.name']],
    ['a blank name', collection([], { name: ' ', schema: SCHEMA }), ['content.info.name']],
    [
      'format v1',
      collection([], { name: 'C', schema: 'https://schema.getpostman.com/json/collection/v1.0.0/' }),
      ['content.info.schema'],
    ],
    ['an item that is nothing', collection([{ name: 'x' }]), ['content.item.0']],
    ['a request that is a number', collection([{ request: 7 }]), ['content.item.0.request']],
    [
      'a fault deep inside',
      collection([{ item: [{ item: [{ request: { url: { query: [{ key: 5 }] } } }] }] }]),
      ['content.item.0.item.0.item.0.request.url.query.0.key'],
    ],
    [
      'an event of nothing',
      collection([{ request: 'x', event: [{ script: {} }] }]),
      ['content.item.0.event.0.listen'],
    ],
    ['a text', '"collection"', ['content']],
  ])('is no collection with %s, and the path says where', (_what, text, paths) => {
    expect(refused(() => take('collection', text))).toEqual(['invalid_content', ...paths]);
  });

  it.each([
    ['api', '{"openapi": "2.0", "info": {"title": "T", "version": "1"}, "paths": {}}', ['content.openapi']],
    [
      'api',
      '{"openapi": "3.0.0", "info": {"title": "T", "version": 1}, "paths": {}}',
      ['content.info.version'],
    ],
    ['api', '{"openapi": "3.0.0", "info": {"title": "T", "version": "1"}}', ['content.paths']],
    [
      'api',
      '{"openapi": "3.0.0", "info": {"title": "T", "version": "1"}, "paths": {"a": {}}}',
      ['content.paths.a'],
    ],
    ['environment', '{"values": []}', ['content.name']],
    ['environment', '{"name": "E", "values": [{"value": "x"}]}', ['content.values.0.key']],
    ['environment', '{"name": "E\\u0000", "values": []}', ['content.name']],
  ] as [ElementType, string, string[]][])('is refused as %s: %s', (type, text, paths) => {
    expect(refused(() => take(type, text))).toEqual(['invalid_content', ...paths]);
  });

  it('is refused with a key twice, of which readers would take different ones', () => {
    const twice = '{"name": "E", "values": [{"key": "a", "value": {"x": 1, "\\u0078": 2}}]}';
    expect(refused(() => take('environment', twice))).toEqual([
      'invalid_content',
      'content.values.0.value.x',
    ]);
    const body = '{"type": "environment", "content": {}, "content": {"name": "E", "values": []}}';
    expect(refused(() => readNewElement(Buffer.from(body)))).toEqual(['invalid_content', 'content']);
  });

  it('may have the same key in different objects, and one named __proto__', () => {
    const text = '{"name": "E", "values": [{"key": "a"}, {"key": "a"}], "__proto__": {"key": 1}}';
    expect(take('environment', text).content).toBe(text);
  });

  it.each([257, 200_000])('is refused when nested %i levels deep, without overflow', (levels) => {
    const nest = '['.repeat(levels) + ']'.repeat(levels);
    const text = `{"name": "E", "values": [], "nest": ${nest}}`;
    expect(refused(() => take('environment', text))).toEqual([
      'invalid_content',
      expect.stringMatching(/^content\.nest/),
    ]);
  });

  it('is refused when the body is no JSON, or no UTF-8', () => {
    expect(refused(() => readNewElement(Buffer.from('{"type": "api", "content": {} // note\n}')))).toEqual([
      'malformed_json',
    ]);
    expect(refused(() => readNewElement(Buffer.from([0x7b, 0xff, 0x7d])))).toEqual(['malformed_json']);
  });

  it('comes in a body of type and content, and nothing else', () => {
    const read = (body: string) => refused(() => readNewElement(Buffer.from(body)));
    expect(read('{"type": "api"}')).toEqual(['invalid_request', 'content']);
    expect(read('{"type": "folder", "content": {}}')).toEqual(['invalid_request', 'type']);
    expect(read('{"type": "api", "content": {}, "name": "x"}')).toEqual(['invalid_request', '']);
    expect(read('[]')).toEqual(['invalid_request', '']);
  });

  it('comes as a new version by itself, or in content', () => {
    expect(readNewContent(Buffer.from(' {"name": 1.0} '))).toMatchObject({ text: '{"name": 1.0}', root: '' });
    expect(readNewContent(Buffer.from('{"content": {"name": 1.0}}'))).toMatchObject({
      text: '{"name": 1.0}',
      root: 'content',
    });
    expect(refused(() => readNewContent(Buffer.from('7')))).toEqual(['invalid_content', '']);
  });
});
