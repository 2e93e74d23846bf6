import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { v7 as uuid } from 'uuid';
import type { Workspace } from '../../store/models';
import { startTestApi, type TestApi } from '../support/set-up-api';
import type { Call } from '../support/api-client';
import { worldOf } from '../support/world';

const fixture = (name: string) => readFileSync(join(__dirname, '../fixtures/documents', name), 'utf8');
const COLLECTION = fixture('orders-v2.1.postman_collection.json').trim();

describe('workspaces and elements', () => {
  let api: TestApi;
  let world: ReturnType<typeof worldOf>;
  let teamId: string;
  let editor: Call;
  let viewer: Call;
  let outsider: Call;
  const nobody = () => api.as(undefined);

  beforeAll(async () => {
    api = await startTestApi();
    world = worldOf(api.store);
    teamId = (await world.team()).id;
    editor = await person(['developer']);
    viewer = await person(['developer']);
    outsider = api.as(await api.tokenOf((await world.user()).id));
  });
  afterAll(() => api.close());

  async function person(roles: Parameters<typeof world.member>[1]): Promise<Call> {
    return api.as(await api.tokenOf((await world.member(teamId, roles)).id));
  }
  const makeWorkspace = async (visibility: Workspace['visibility'] = 'team', by: Call = editor) => {
    const body = { name: 'Shop', visibility, description: 'All of it' };
    const made = await by('POST', `/v1/teams/${teamId}/workspaces`, { body });
    expect([made.status, made.body]).toMatchObject([201, { ...body, teamId, myRole: 'admin' }]);
    return String(made.body['id']);
  };
  const put = (workspaceId: string, text: string, type = 'collection', by: Call = editor) =>
    by('POST', `/v1/workspaces/${workspaceId}/elements`, { raw: `{"type":"${type}","content":${text}}` });
  const makeElement = async (workspaceId: string, text = COLLECTION) => {
    const made = await put(workspaceId, text);
    expect(made.status).toBe(201);
    return String(made.body['id']);
  };

  it('give a document back byte for byte, with an ETag that answers 304', async () => {
    const made = await put(await makeWorkspace(), COLLECTION);
    const id = String(made.body['id']);
    expect(made.body).toMatchObject({ type: 'collection', name: 'Orders', version: 1, myRole: 'editor' });
    expect(made.body['url']).toMatch(new RegExp(`/e/${id}$`));
    const path = `/v1/elements/${id}/content`;
    const content = await editor('GET', path);
    expect(content.text).toBe(COLLECTION);
    const etag = content.headers.get('etag') ?? '';
    const same = await editor('GET', path, { headers: { 'if-none-match': `"x", W/${etag}` } });
    expect([same.status, same.text, same.headers.get('etag')]).toEqual([304, '', etag]);
  });

  it('take a collection whose file began with a byte order mark', async () => {
    const made = await put(await makeWorkspace(), fixture('with-mark.postman_collection.json'));
    expect([made.status, made.body['name']]).toEqual([201, 'Stock with a byte order mark']);
  });

  it('refuse what is no document of its type, by path', async () => {
    const workspaceId = await makeWorkspace();
    const wrong = await put(workspaceId, '{"name": "Old", "item": []}');
    expect(wrong.body).toMatchObject({
      status: 422,
      code: 'invalid_content',
      errors: [{ path: 'content.info' }],
    });
    const broken = await put(workspaceId, '{"name":');
    expect([broken.status, broken.body['code']]).toEqual([400, 'malformed_json']);
    const listed = await editor('GET', `/v1/workspaces/${workspaceId}/elements`);
    expect(listed.body.data).toEqual([]);
  });

  it('refuse a document beyond 10 MB as too large, and take one below', async () => {
    const workspaceId = await makeWorkspace();
    const environment = (bytes: number) =>
      `{"name":"E","values":[{"key":"k","value":"${'x'.repeat(bytes)}"}]}`;
    const big = await put(workspaceId, environment(10 * 1024 * 1024 + 1), 'environment');
    expect([big.status, big.body['code']]).toEqual([413, 'too_large']);
    expect((await put(workspaceId, environment(9 * 1024 * 1024), 'environment')).status).toBe(201);
  });

  it('take a new version only from who read the newest', async () => {
    const id = await makeElement(await makeWorkspace());
    const path = `/v1/elements/${id}/content`;
    const etag = (await editor('GET', path)).headers.get('etag') ?? '';
    const next = COLLECTION.replace('"name": "Orders"', '"name": "Orders 2"');
    const first = await editor('PUT', path, { raw: next, headers: { 'if-match': etag } });
    expect([first.status, first.body]).toMatchObject([200, { name: 'Orders 2', version: 2 }]);
    const stale = await editor('PUT', path, { raw: COLLECTION, headers: { 'if-match': etag } });
    expect([stale.status, stale.body['code']]).toEqual([412, 'precondition_failed']);
    const wrapped = await editor('PUT', path, { raw: `{"content": ${COLLECTION}}` });
    expect(wrapped.body).toMatchObject({ name: 'Orders', version: 3 });
    const after = await editor('GET', path);
    expect([after.text, after.headers.get('etag')]).toEqual([COLLECTION, wrapped.headers.get('etag')]);
  });

  it('hide from strangers what they may not know, and tell Viewers which role it takes', async () => {
    const workspaceId = await makeWorkspace();
    const id = await makeElement(workspaceId);
    for (const path of [
      `/v1/elements/${id}`,
      `/v1/elements/${id}/content`,
      `/v1/workspaces/${workspaceId}`,
    ]) {
      expect((await viewer('GET', path)).status).toBe(200);
      expect((await outsider('GET', path)).status).toBe(404);
    }
    expect((await nobody()('GET', `/v1/elements/${id}`)).status).toBe(404);
    expect((await api.operator('GET', `/v1/elements/${id}`)).status).toBe(403);
    const refused = await viewer('DELETE', `/v1/elements/${id}`);
    expect([refused.status, refused.body['detail']]).toEqual([
      403,
      'This takes the role Editor on the element.',
    ]);
    expect((await put(workspaceId, COLLECTION, 'collection', viewer)).status).toBe(403);
    expect((await put(workspaceId, COLLECTION, 'collection', outsider)).status).toBe(404);
    expect((await viewer('PATCH', `/v1/workspaces/${workspaceId}`, { body: { name: 'X' } })).status).toBe(
      403,
    );
  });

  it('in a public workspace need no token', async () => {
    const id = await makeElement(await makeWorkspace('public'));
    const seen = await nobody()('GET', `/v1/elements/${id}`);
    expect([seen.status, seen.body['myRole']]).toEqual([200, null]);
    expect((await nobody()('GET', `/v1/elements/${id}/content`)).text).toBe(COLLECTION);
    expect((await outsider('GET', `/v1/elements/${id}`)).body['myRole']).toBe('viewer');
    expect((await nobody()('GET', `/v1/elements/${id}/roles`)).status).toBe(401);
  });

  it('move, change roles and go by operations that are done', async () => {
    const [from, to] = [await makeWorkspace(), await makeWorkspace('private')];
    const id = await makeElement(from);
    const done = {
      operation: { state: 'completed', progress: { done: 1, total: 1 }, links: { temporal: null } },
    };
    const move = await editor('POST', `/v1/elements/${id}/move`, { body: { workspaceId: to } });
    expect([move.status, move.body]).toMatchObject([202, done]);
    expect((await viewer('GET', `/v1/elements/${id}`)).status).toBe(404);
    const { id: userId } = await world.member(teamId, ['billing'], { name: 'Bill' });
    const set = await editor('PATCH', `/v1/elements/${id}/roles`, {
      body: { set: [{ userId, role: 'viewer' }] },
    });
    expect([set.status, set.body]).toMatchObject([202, done]);
    const roles = await editor('GET', `/v1/elements/${id}/roles`);
    expect(roles.body.data).toContainEqual({
      principal: { type: 'user', id: userId, name: 'Bill' },
      ...{ role: 'viewer', via: 'direct' },
    });
    const both = await editor('PATCH', `/v1/elements/${id}/roles`, {
      body: { set: [{ userId, groupId: userId, role: 'viewer' }] },
    });
    expect(both.status).toBe(422);
    const gone = await editor('DELETE', `/v1/elements/${id}`);
    expect([gone.status, gone.body]).toMatchObject([202, done]);
    expect((await editor('GET', gone.headers.get('location') ?? '')).body).toEqual(gone.body['operation']);
    expect((await editor('GET', `/v1/elements/${id}`)).status).toBe(404);
  });

  it('give their URL, which grants nothing', async () => {
    const id = await makeElement(await makeWorkspace('private'));
    const link = await editor('GET', `/v1/elements/${id}/link`);
    expect(link.body['url']).toMatch(new RegExp(`/e/${id}$`));
    expect((await viewer('GET', `/v1/elements/${id}/link`)).status).toBe(404);
  });

  it('have workspaces that open, close, take members and go', async () => {
    const id = await makeWorkspace('private');
    const path = `/v1/workspaces/${id}`;
    expect((await editor('PATCH', path, { body: { name: 'Store' } })).body).toMatchObject({ name: 'Store' });
    const opened = await editor('PATCH', path, { body: { visibility: 'team' } });
    expect([opened.status, opened.body['operation']]).toMatchObject([202, { type: 'workspace_visibility' }]);
    expect((await editor('PATCH', path, { body: { visibility: 'personal' } })).status).toBe(422);
    const { id: userId } = await world.member(teamId, ['billing'], { name: 'Bo' });
    const member = { userId, groupId: null, name: 'Bo', role: 'editor' };
    expect((await editor('PUT', `${path}/members/${userId}`, { body: { role: 'editor' } })).body).toEqual(
      member,
    );
    expect((await editor('GET', `${path}/members`)).body.data).toContainEqual(member);
    expect((await editor('GET', `${path}/members/${userId}`)).body).toEqual(member);
    expect((await editor('DELETE', `${path}/members/${userId}`)).status).toBe(202);
    expect((await editor('GET', `${path}/members/${userId}`)).status).toBe(404);
    expect((await editor('DELETE', path)).status).toBe(202);
    expect((await editor('GET', path)).status).toBe(404);
  });

  it('list the team’s workspaces as the caller sees them, and one’s personal ones', async () => {
    const mine = await makeWorkspace('personal');
    const ids = async (call: Call, path: string) =>
      (await call('GET', path)).body.data?.map((row) => row['id']);
    expect(await ids(editor, `/v1/teams/${teamId}/workspaces?limit=100`)).toContain(mine);
    expect(await ids(viewer, `/v1/teams/${teamId}/workspaces?limit=100`)).not.toContain(mine);
    expect(await ids(editor, '/v1/me/workspaces')).toContain(mine);
    expect((await outsider('GET', `/v1/teams/${teamId}/workspaces`)).status).toBe(404);
    expect((await editor('GET', `/v1/teams/${uuid()}/workspaces`)).status).toBe(404);
  });
});
