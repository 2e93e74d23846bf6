import { v7 as uuid } from 'uuid';
import { sharingWorld, type SharingWorld } from '../support/sharing-world';
import type { Answer, Call, CallOptions } from '../support/api-client';
import { asOwner } from '../support/database';
import { startWholeApi, type WholeApi } from '../support/whole-api';

describe('what the API refuses (RFC 9457)', () => {
  let api: WholeApi;
  let world: SharingWorld;
  let sharer: Call;
  let path: string;

  beforeAll(async () => {
    api = await startWholeApi();
    world = await sharingWorld(api.store);
    sharer = await api.person(world.sharer.id);
    path = `/v1/elements/${world.element.id}/shares`;
  });
  afterAll(() => api.close());

  /** Everything that a share could change, counted past row-level security. */
  const rows = async (): Promise<unknown> => {
    const { schema, databaseUrl } = api.store;
    const tables = ['shares', 'approvals', 'invitations', 'audit_events', 'users', 'operations'];
    const sums = tables.map((table) => `(select count(*) from ${schema}.${table}) as ${table}`);
    return (await asOwner(databaseUrl, `select ${sums.join(', ')}`)).rows[0];
  };
  const expectProblem = (answer: Answer, status: number, code: string): void => {
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body).toMatchObject({ status, code, type: `urn:doorlist:problem:${code}` });
    expect(answer.status).toBe(status);
    for (const member of ['title', 'detail']) expect(answer.body[member]).toEqual(expect.any(String));
    expect(answer.text).not.toMatch(/node_modules|at \w+ \(|select |insert |Error:/);
  };

  const to = (...recipients: object[]): CallOptions => ({ body: { recipients } });
  const email = 'kim@partner.example';
  it.each<[string, CallOptions, number, string, string[]]>([
    ['what is no JSON', { raw: '{"recipients": [' }, 400, 'malformed_json', []],
    ['what is no UTF-8', { raw: new Uint8Array([0x7b, 0xff, 0x7d]) }, 400, 'malformed_json', []],
    ['nothing at all', {}, 422, 'invalid_request', ['recipients']],
    ['a list in place of an object', { body: [] }, 422, 'invalid_request', ['']],
    ['nobody', to(), 422, 'invalid_request', ['recipients']],
    ['a field that is not known', to({ email, rôle: 'x' }), 422, 'invalid_request', ['recipients.0.rôle']],
    ['a wrong address', to({ email: 'kim@' }), 422, 'invalid_request', ['recipients.0.email']],
    ['a wrong role', to({ email, role: 'owner' }), 422, 'invalid_request', ['recipients.0.role']],
    [
      'a role nobody can give',
      to({ email, teamRole: 'guest' }),
      422,
      'invalid_request',
      ['recipients.0.teamRole'],
    ],
    ['two names of one person', to({ email, name: 'Kim' }), 422, 'invalid_request', ['recipients.0']],
    ['a NUL character', to({ name: 'K\0m' }), 422, 'invalid_request', ['recipients.0.name']],
    ['half a character', to({ name: 'K\ud800m' }), 422, 'invalid_request', ['recipients.0.name']],
    [
      'two faults at once',
      to({ email: 'x', role: 'y' }),
      422,
      'invalid_request',
      ['recipients.0.email', 'recipients.0.role'],
    ],
    [
      '101 people',
      to(...Array.from({ length: 101 }, (_, n) => ({ email: `k${n}@x.example` }))),
      422,
      'invalid_request',
      ['recipients'],
    ],
    [
      'a long message',
      { body: { recipients: [{ email }], message: 'm'.repeat(2_001) } },
      422,
      'invalid_request',
      ['message'],
    ],
    [
      'a wrong placement',
      { body: { recipients: [{ email }], placement: {} } },
      422,
      'invalid_request',
      ['placement'],
    ],
    ['256 kB and more', { raw: `"${'x'.repeat(256 * 1024)}"` }, 413, 'too_large', []],
    [
      'an empty key',
      { ...to({ email }), headers: { 'idempotency-key': ' ' } },
      422,
      'invalid_request',
      ['Idempotency-Key'],
    ],
  ])('names the fault and changes nothing: %s', async (_what, options, status, code, paths) => {
    const before = await rows();
    const answer = await sharer('POST', path, options);
    expectProblem(answer, status, code);
    expect(answer.body['instance']).toBe(path);
    const errors = (answer.body['errors'] ?? []) as { path: string; message: string }[];
    expect(errors.map((fault) => fault.path)).toEqual(paths);
    expect(await rows()).toEqual(before);
  });

  it.each([
    ['GET', '/v1/approvals?limit=0', ['limit']],
    ['GET', '/v1/approvals?limit=101', ['limit']],
    ['GET', '/v1/approvals?state=open', ['state']],
    ['GET', '/v1/approvals?nonsense=1', ['nonsense']],
    ['GET', '/v1/approvals?cursor=%00', ['cursor']],
    ['GET', `/v1/approvals?cursor=${Buffer.from('x').toString('base64url')}`, ['cursor']],
    ['GET', `/v1/me/notifications?cursor=${Buffer.from("';--").toString('base64url')}`, ['cursor']],
    ['GET', '/v1/me?x=1', ['x']],
  ])('names the faults of a query: %s %s', async (method, address, paths) => {
    const answer = await sharer(method, address);
    expectProblem(answer, 422, 'invalid_request');
    expect((answer.body['errors'] as { path: string }[]).map((fault) => fault.path)).toEqual(paths);
  });

  it('answers 404 to unknown addresses and ids, whatever the method', async () => {
    for (const [method, address] of [
      ['GET', '/v1/nothing'],
      ['POST', '/v1/nothing'],
      ['DELETE', '/v1/elements'],
      ['GET', '/v1/approvals/no-uuid'],
      ['GET', `/v1/approvals/${uuid()}`],
      ['POST', `/v1/elements/${uuid()}/shares`],
    ] as const) {
      const answer = await sharer(method, address, method === 'POST' ? to({ email }) : {});
      expectProblem(answer, 404, 'not_found');
    }
  });

  it('answers 405 with what an address takes', async () => {
    const answer = await sharer('PUT', `/v1/approvals/${uuid()}`);
    expectProblem(answer, 405, 'method_not_allowed');
    expect(answer.headers.get('allow')).toBe('GET, HEAD');
    expect((await sharer('PATCH', path)).headers.get('allow')).toBe('POST');
  });

  it('answers 401 to no token and to every wrong one alike, and says how to sign in', async () => {
    const wrong = ['dlu_nonsense', 'dls_nonsense', 'operator-of-the-test', 'operator-of-the-tests2'];
    for (const token of [undefined, ...wrong]) {
      const answer = await api.as(token)('GET', '/v1/me');
      expectProblem(answer, 401, 'unauthorized');
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    }
    const basic = await api.as(undefined)('GET', '/v1/me', { headers: { authorization: 'Basic b3A6b3A=' } });
    expectProblem(basic, 401, 'unauthorized');
  });

  it('answers 403 to a caller of another kind, and names the kinds', async () => {
    const answer = await api.operator('GET', '/v1/me');
    expectProblem(answer, 403, 'forbidden');
    expect(answer.body['detail']).toContain('person');
  });

  it('takes a good request id, replaces others, and echoes it', async () => {
    const call = (given: string) => sharer('GET', '/v1/me', { headers: { 'x-request-id': given } });
    expect((await call('abc-1.2:3')).headers.get('x-request-id')).toBe('abc-1.2:3');
    for (const bad of ['<script>', 'x'.repeat(129)]) {
      expect((await call(bad)).headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    }
  });
});
