import { routes } from '../../api/routes';
import { startWholeApi, type WholeApi } from '../support/whole-api';

interface Operation {
  readonly summary?: string;
  readonly responses: Record<string, { content?: Record<string, unknown> }>;
  readonly parameters?: readonly {
    readonly in: string;
    readonly name: string;
    readonly required?: boolean;
  }[];
  readonly requestBody?: unknown;
}
interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
}

const ERRORS = ['400', '401', '403', '404', '405', '409', '410', '412', '413', '422', '429', '500', '503'];

describe('the published API description', () => {
  let api: WholeApi;
  let document: Document;
  let operations: [string, Operation][];

  beforeAll(async () => {
    api = await startWholeApi();
    const answer = await api.as(undefined)('GET', '/openapi.json');
    document = answer.body as unknown as Document;
    const { '/collections/{id}': _byKey, ...declared } = document.paths;
    operations = Object.entries(declared).flatMap(([path, item]) =>
      Object.entries(item).map(
        ([method, operation]) => [`${method} ${path}`, operation] as [string, Operation],
      ),
    );
  });
  afterAll(() => api.close());

  it('is OpenAPI 3.1 and lists every mounted route and only those', () => {
    expect(document.openapi).toBe('3.1.0');
    const mounted = routes.map(({ method, path }) => `${method} ${path}`);
    expect(operations.map(([name]) => name).sort()).toEqual(mounted.sort());
    expect(new Set(mounted).size).toBe(mounted.length);
  });

  it('describes reading by access key, which stands before the routes (KEY-3)', async () => {
    const item = document.paths['/collections/{id}'];
    expect(Object.keys(item?.['get']?.responses ?? {})).toEqual(['200', '304', '401', '405', '429', '503']);
    const asked = item?.['get']?.parameters?.map(({ in: where, name }) => `${where} ${name}`);
    expect(asked).toEqual(expect.arrayContaining(['path id', 'query access_key', 'header X-Access-Key']));
    const answer = await api.as(undefined)('GET', '/collections/01890000-0000-7000-8000-000000000000');
    expect([answer.status, answer.body['code']]).toEqual([401, 'invalid_access_key']);
  });

  it('has every listed route answer, and nothing beside them', async () => {
    const anybody = api.as(undefined);
    for (const [name] of operations) {
      const [method = '', path = ''] = name.split(' ');
      const address = path.replace(/\{\w+\}/g, '01890000-0000-7000-8000-000000000000');
      const answer = await anybody(method.toUpperCase(), address);
      expect([name, answer.status]).not.toEqual([name, 405]);
      // Open routes look for a thing that is not there; all others want to know who asks.
      expect(answer.body['code']).toMatch(/^(unauthorized|not_found)$/);
    }
    expect((await anybody('GET', '/v1/unlisted')).body['code']).toBe('not_found');
  });

  it('documents every error as a problem, and what success looks like', () => {
    for (const [name, { responses, summary }] of operations) {
      const described = Object.keys(responses);
      expect([name, described]).toEqual([name, expect.arrayContaining(ERRORS)]);
      for (const status of ERRORS) {
        expect(Object.keys(responses[status]?.content ?? {})).toEqual(['application/problem+json']);
      }
      expect([name, described.some((status) => status.startsWith('2'))]).toEqual([name, true]);
      expect([name, summary]).toEqual([name, expect.stringMatching(/\w/)]);
    }
  });

  it('names every part of a path, and the Idempotency-Key of every POST', () => {
    for (const [name, { parameters = [] }] of operations) {
      const parts = [...name.matchAll(/\{(\w+)\}/g)].map(([, part]) => part);
      const named = parameters.filter((parameter) => parameter.in === 'path');
      expect([name, named.map((parameter) => parameter.name)]).toEqual([name, parts]);
      const keyed = parameters.some((parameter) => parameter.name === 'Idempotency-Key');
      expect([name, keyed]).toEqual([name, name.startsWith('post ')]);
    }
  });

  it('is what validates: no schema takes fields that it does not name', () => {
    const open: string[] = [];
    const walk = (node: unknown, path: string): void => {
      if (typeof node !== 'object' || node === null) return;
      const { type, properties, additionalProperties } = node as Record<string, unknown>;
      if (type === 'object' && properties !== undefined && additionalProperties !== false) open.push(path);
      for (const [key, value] of Object.entries(node)) walk(value, `${path}/${key}`);
    };
    for (const [name, { requestBody }] of operations) walk(requestBody, name);
    expect(open).toEqual([]);
  });
});
