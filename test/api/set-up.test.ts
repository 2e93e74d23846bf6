import { v7 as uuid } from 'uuid';
import { startTestApi, type TestApi } from '../support/set-up-api';
import type { Call } from '../support/api-client';

describe('the set-up calls', () => {
  let api: TestApi;
  let operator: Call;

  beforeAll(async () => {
    api = await startTestApi();
    operator = api.operator;
  });
  afterAll(() => api.close());

  const fresh = () => {
    const slug = `team-${uuid()}`;
    return { name: 'Orders', slug, plan: 'enterprise', seats: 5, autoFlex: false };
  };
  const makeTeam = async (more: object = {}) => {
    const made = await operator('POST', '/v1/teams', { body: { ...fresh(), ...more } });
    expect(made.status).toBe(201);
    return String(made.body['id']);
  };
  const addTo = async (teamId: string, roles: string[]) => {
    const email = `p-${uuid()}@example.test`;
    const body = { email, name: 'Pat', roles };
    const member = await operator('POST', `/v1/teams/${teamId}/members`, { body });
    expect([member.status, member.body]).toMatchObject([
      201,
      { email, name: 'Pat', roles, status: 'active' },
    ]);
    const userId = String(member.body['userId']);
    const token = await operator('POST', `/v1/users/${userId}/tokens`, { body: { name: 'test' } });
    return { userId, email, call: api.as(String(token.body['token'])) };
  };

  it('make a team, show its seats, and change it', async () => {
    const id = await makeTeam({
      policy: { approvalsRequired: 2 },
      sso: {
        ...{
          issuer: 'https://id.example.test',
          clientId: 'c',
          clientSecret: 'hush',
          domains: ['Example.test'],
        },
      },
    });
    await addTo(id, ['developer']);
    const team = await operator('GET', `/v1/teams/${id}`);
    expect(team.body).toMatchObject({
      ...{ seats: 5, seatsUsed: 1, seatsReserved: 0, seatsFree: 4, seatsExtra: 0 },
      policy: { approvalsRequired: 2, approvalExpiry: 'P15D' },
      sso: { issuer: 'https://id.example.test', clientId: 'c', domains: ['example.test'] },
    });
    expect(team.text).not.toContain('hush');
    const changed = await operator('PATCH', `/v1/teams/${id}`, {
      body: { seats: 0, policy: { approvalExpiry: 'PT5S' } },
    });
    expect(changed.body).toMatchObject({
      seats: 0,
      seatsFree: 0,
      seatsExtra: 1,
      policy: { approvalsRequired: 2, approvalExpiry: 'PT5S' },
    });
    const full = await operator('POST', `/v1/teams/${id}/members`, {
      body: { email: `p-${uuid()}@example.test`, name: 'P', roles: ['developer'] },
    });
    expect([full.status, full.body['code']]).toEqual([409, 'no_seats']);
  });

  it.each([
    ['a duration in months', { policy: { approvalExpiry: 'P1M' } }, 'policy.approvalExpiry'],
    ['a duration of nothing', { policy: { keyInactivity: 'P0D' } }, 'policy.keyInactivity'],
    ['a duration beyond all dates', { policy: { keyInactivity: 'P99999999999D' } }, 'policy.keyInactivity'],
    ['a slug with a slash', { slug: 'a/b' }, 'slug'],
    ['seats below none', { seats: -1 }, 'seats'],
    ['a plan of its own', { plan: 'gold' }, 'plan'],
    ['a name with NUL', { name: 'a\u0000b' }, 'name'],
  ])('refuse %s by path, and make nothing', async (_what, wrong, path) => {
    const body = { ...fresh(), ...wrong };
    const refused = await operator('POST', '/v1/teams', { body });
    expect([refused.status, refused.body['code']]).toEqual([422, 'invalid_request']);
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    expect((refused.body['errors'] as { path: string }[]).map((fault) => fault.path)).toContain(path);
    const teams = await operator('GET', '/v1/teams?limit=100');
    expect(teams.body.data?.some((team) => team['slug'] === body.slug)).toBe(false);
  });

  it('refuse unknown fields, wrong ids and a taken slug', async () => {
    const body = fresh();
    const extra = await operator('POST', '/v1/teams', { body: { ...body, colour: 'red' } });
    expect([extra.status, extra.body['code']]).toEqual([422, 'invalid_request']);
    expect((await operator('GET', '/v1/teams/none')).status).toBe(404);
    await operator('POST', '/v1/teams', { body });
    const taken = await operator('POST', '/v1/teams', { body });
    expect([taken.status, taken.body['code']]).toEqual([409, 'already_exists']);
  });

  it('are the operator’s and the team’s Admins’, each as noted', async () => {
    const id = await makeTeam();
    const [admin, developer] = [await addTo(id, ['admin']), await addTo(id, ['developer'])];
    const stranger = await addTo(await makeTeam(), ['super_admin']);
    const codes = async (call: Call) => {
      const calls: [string, string, unknown?][] = [
        ['POST', '/v1/teams', fresh()],
        ['PATCH', `/v1/teams/${id}`, { seats: 9 }],
        ['PATCH', `/v1/teams/${id}`, { name: 'Renamed' }],
        ['POST', `/v1/teams/${id}/groups`, { name: `G ${uuid()}`, memberIds: [] }],
        ['POST', `/v1/teams/${id}/service-tokens`, { name: 'CI' }],
        ['PUT', `/v1/teams/${id}/slack`, { slackTeamId: 'T0001', approvalsChannel: 'C0001' }],
        ['POST', '/v1/users', { email: `u-${uuid()}@example.test`, name: 'U' }],
        ['GET', `/v1/teams/${id}/members`],
        ['GET', `/v1/teams/${id}/audit-events`],
      ];
      const statuses: number[] = [];
      for (const [method, path, body] of calls) {
        statuses.push((await call(method, path, body === undefined ? {} : { body })).status);
      }
      return statuses;
    };
    expect(await codes(operator)).toEqual([201, 200, 200, 201, 201, 200, 201, 200, 200]);
    expect(await codes(admin.call)).toEqual([403, 403, 200, 201, 201, 200, 403, 200, 200]);
    expect(await codes(developer.call)).toEqual([403, 403, 403, 403, 403, 403, 403, 200, 403]);
    expect(await codes(stranger.call)).toEqual([403, 404, 404, 404, 404, 404, 403, 404, 404]);
    expect(await codes(api.as(undefined))).toEqual(Array(9).fill(401));
  });

  it('list teams: all to the operator, one’s own to a person', async () => {
    const id = await makeTeam();
    await makeTeam();
    const { call } = await addTo(id, ['developer']);
    expect((await call('GET', '/v1/teams')).body.data?.map((team) => team['id'])).toEqual([id]);
    const first = await operator('GET', '/v1/teams?limit=1');
    const cursor = first.body.meta?.nextCursor ?? '';
    await makeTeam();
    const second = await operator('GET', `/v1/teams?limit=1&cursor=${cursor}`);
    expect(second.body.data?.map((team) => team['id'])).toEqual([id]);
  });

  it('add, change and remove members; removal is an operation that is done', async () => {
    const id = await makeTeam();
    const admin = await addTo(id, ['super_admin']);
    const { userId, call } = await addTo(id, ['developer']);
    const changed = await admin.call('PATCH', `/v1/teams/${id}/members/${userId}`, {
      body: { roles: ['billing'] },
    });
    expect([changed.status, changed.body['roles']]).toEqual([200, ['billing']]);
    const guest = await admin.call('PATCH', `/v1/teams/${id}/members/${userId}`, {
      body: { roles: ['guest'] },
    });
    expect([guest.status, guest.body['code']]).toEqual([422, 'invalid_request']);
    const gone = await admin.call('DELETE', `/v1/teams/${id}/members/${userId}`);
    expect([gone.status, gone.body['operation']]).toMatchObject([
      202,
      { type: 'member_remove', state: 'completed' },
    ]);
    const location = gone.headers.get('location') ?? '';
    expect((await admin.call('GET', location)).body).toEqual(gone.body['operation']);
    expect((await call('GET', location)).status).toBe(404);
    expect((await call('GET', `/v1/teams/${id}`)).status).toBe(404);
    const last = await operator('DELETE', `/v1/teams/${id}/members/${admin.userId}`);
    expect([last.status, last.body['code']]).toEqual([409, 'last_admin']);
  });

  it('tell waiting invitations when a seat may be free', async () => {
    const id = await makeTeam();
    await addTo(id, ['super_admin']);
    const { userId } = await addTo(id, ['developer']);
    const hints = async (method: string, path: string, body?: object) => {
      api.told.seats.length = 0;
      await operator(method, path, body === undefined ? {} : { body });
      return api.told.seats;
    };
    expect(await hints('PATCH', `/v1/teams/${id}`, { seats: 50 })).toEqual([id]);
    expect(await hints('PATCH', `/v1/teams/${id}/members/${userId}`, { roles: ['billing'] })).toEqual([id]);
    expect(await hints('DELETE', `/v1/teams/${id}/members/${userId}`)).toEqual([id]);
  });

  it.each(['teams', 'teams/{id}/members', 'teams/{id}/groups', 'teams/{id}/audit-events'])(
    'refuse a cursor that %s did not give',
    async (path) => {
      const id = await makeTeam();
      const address = `/v1/${path.replace('{id}', id)}`;
      for (const key of ['nonsense', 'x|y', `${id}|${id}`]) {
        const cursor = Buffer.from(key).toString('base64url');
        const refused = await operator('GET', `${address}?cursor=${cursor}`);
        expect(refused.body).toMatchObject({ status: 422, errors: [{ path: 'cursor' }] });
      }
      expect((await operator('GET', `${address}?limit=101`)).status).toBe(422);
    },
  );

  it('show a token once: a repeat with the same key has null', async () => {
    const user = await operator('POST', '/v1/users', {
      body: { email: `t-${uuid()}@example.test`, name: 'T' },
    });
    const path = `/v1/users/${String(user.body['userId'])}/tokens`;
    const headers = { 'idempotency-key': uuid() };
    const ask = () => operator('POST', path, { body: { name: 'CI', expiresIn: 'PT1H' }, headers });
    const [first, second] = [await ask(), await ask()];
    expect(first.body['token']).toMatch(/^dlu_/);
    expect(second.body).toEqual({ ...first.body, token: null });
    expect((await api.as(String(first.body['token']))('GET', '/v1/teams')).status).toBe(200);
  });

  it('let a service token read its team and change nothing', async () => {
    const id = await makeTeam();
    const made = await operator('POST', `/v1/teams/${id}/service-tokens`, { body: { name: 'CI' } });
    const service = api.as(String(made.body['token']));
    expect(made.body['token']).toMatch(/^dls_/);
    expect((await service('GET', `/v1/teams/${id}`)).status).toBe(200);
    expect((await service('GET', `/v1/teams/${id}/members`)).status).toBe(200);
    expect((await service('PATCH', `/v1/teams/${id}`, { body: { name: 'Mine' } })).status).toBe(403);
    expect((await service('GET', `/v1/teams/${await makeTeam()}`)).status).toBe(404);
  });

  it('make groups, list them page by page, and delete them', async () => {
    const id = await makeTeam();
    const { userId } = await addTo(id, ['developer']);
    const make = (name: string, memberIds: string[]) =>
      operator('POST', `/v1/teams/${id}/groups`, { body: { name, memberIds } });
    const core = await make('Core', [userId]);
    expect(core.body).toMatchObject({ name: 'Core', memberIds: [userId] });
    await make('Edge', []);
    const first = await operator('GET', `/v1/teams/${id}/groups?limit=1`);
    const second = await operator(
      'GET',
      `/v1/teams/${id}/groups?limit=1&cursor=${first.body.meta?.nextCursor ?? ''}`,
    );
    expect([first, second].map((page) => page.body.data?.[0]?.['name'])).toEqual(['Edge', 'Core']);
    const path = `/v1/groups/${String(core.body['id'])}`;
    expect((await operator('PATCH', path, { body: { memberIds: [] } })).body['memberIds']).toEqual([]);
    const wrong = await operator('PATCH', path, { body: { memberIds: [uuid()] } });
    expect(wrong.body).toMatchObject({ status: 422, errors: [{ path: 'memberIds.0' }] });
    expect((await operator('DELETE', path)).status).toBe(204);
    expect((await operator('GET', path)).status).toBe(404);
  });

  it('give the audit log as a list, as CSV and verified', async () => {
    const id = await makeTeam();
    const name = '=HYPERLINK("http://evil.test")';
    await operator('PATCH', `/v1/teams/${id}`, { body: { name } });
    const list = await operator('GET', `/v1/teams/${id}/audit-events?action=team.name_updated`, {});
    expect(list.body.data).toMatchObject([
      {
        ...{ seq: 2, actor: { type: 'operator', name: 'operator' }, source: 'api' },
        ...{ target: { type: 'team', id }, before: { name: 'Orders' }, after: { name } },
      },
    ]);
    expect((await operator('GET', `/v1/teams/${id}/audit-events/verify`)).body).toEqual({
      ok: true,
      checked: 2,
    });
    const csv = await operator('GET', `/v1/teams/${id}/audit-events.csv`);
    expect(csv.headers.get('content-type')).toContain('text/csv');
    const lines = csv.text.trimEnd().split('\r\n');
    expect([lines.length, lines[0]]).toEqual([3, expect.stringMatching(/^seq,at,actorType,/)]);
  });
});
