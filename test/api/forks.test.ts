import { v7 as uuid } from 'uuid';
import { forkElement } from '../../operations/fork-element';
import { AuditEvent, type Element, type User } from '../../store/models';
import { startTestApi, type TestApi } from '../support/set-up-api';
import { byPerson, worldOf } from '../support/world';

const TEXT = '{"info":{"name":"Orders"},  "item":[]}';

describe('forking an element', () => {
  let api: TestApi;
  let world: ReturnType<typeof worldOf>;
  let teamId: string;
  let developer: User;

  beforeAll(async () => {
    api = await startTestApi();
    world = worldOf(api.store);
    teamId = (await world.team()).id;
    developer = await world.member(teamId, ['developer']);
  });
  afterAll(() => api.close());

  const by = async (user: User) => api.as(await api.tokenOf(user.id));
  const elementIn = async (visibility: 'private' | 'team' | 'public') =>
    world.element(await world.workspace(teamId, visibility), { content: TEXT });
  const fork = async (user: User, element: Element, body: object = {}, headers = {}) =>
    (await by(user))('POST', `/v1/elements/${element.id}/forks`, { body, headers });
  const workspaceOf = async (user: User, id: unknown) =>
    (await (await by(user))('GET', `/v1/workspaces/${String(id)}`)).body;

  it('copies the document byte for byte into one’s personal workspace of the team, as one’s own (SHARE-6)', async () => {
    const element = await elementIn('team');
    const made = await fork(developer, element);
    expect([made.status, made.body]).toMatchObject([
      201,
      { type: 'collection', name: 'Orders', teamId, version: 1, myRole: 'editor' },
    ]);
    expect(made.body['id']).not.toBe(element.id);
    expect(made.headers.get('location')).toBe(`/v1/elements/${String(made.body['id'])}`);
    const into = await workspaceOf(developer, made.body['workspaceId']);
    expect(into).toMatchObject({ visibility: 'personal', teamId, myRole: 'admin' });
    const call = await by(developer);
    expect((await call('GET', `/v1/elements/${String(made.body['id'])}/content`)).text).toBe(TEXT);
    const again = await fork(developer, element);
    expect(again.body['workspaceId']).toBe(made.body['workspaceId']);
    const lines = await api.store.inTeam(teamId, (tx) =>
      AuditEvent.query(tx).where({ teamId, action: 'element.forked', targetId: made.body['id'] }),
    );
    expect(lines).toMatchObject([
      {
        actor: { type: 'person', userId: developer.id },
        after: { from: { elementId: element.id, version: 1 } },
      },
    ]);
  });

  it('lets everybody who signed in fork from a public workspace, outside teams into their own (SHARE-6, WORK-1)', async () => {
    const element = await elementIn('public');
    const stranger = await world.user();
    const made = await fork(stranger, element);
    expect([made.status, made.body]).toMatchObject([201, { teamId: null, myRole: 'editor' }]);
    expect(await workspaceOf(stranger, made.body['workspaceId'])).toMatchObject({
      visibility: 'personal',
      teamId: null,
    });
    const nobody = await api.as(undefined)('POST', `/v1/elements/${element.id}/forks`, { body: {} });
    expect(nobody.status).toBe(401);
    expect((await api.operator('POST', `/v1/elements/${element.id}/forks`, { body: {} })).status).toBe(403);
  });

  it('refuses guests, and hides what one may not see (SHARE-6, GUEST-2)', async () => {
    const element = await elementIn('team');
    const guest = await world.member(teamId, ['guest']);
    await world.elementRole(element, guest.id, 'guest_viewer');
    const refused = await fork(guest, element);
    expect([refused.status, refused.body]).toMatchObject([
      403,
      { code: 'forbidden', detail: 'This takes the role Viewer or Editor on the element.' },
    ]);
    const hidden = await elementIn('private');
    expect((await fork(developer, hidden)).status).toBe(404);
    expect((await fork(await world.member(teamId, ['admin']), element)).status).toBe(404);
  });

  it('takes a workspace that one edits, in any team, and no other (SHARE-6, OPS-8)', async () => {
    const element = await elementIn('team');
    const elsewhere = await world.team();
    await world.join(elsewhere.id, developer.id, ['billing']);
    const target = await world.workspace(elsewhere.id, 'private');
    await world.workspaceRole(target, developer.id, 'editor');
    const made = await fork(developer, element, { workspaceId: target.id });
    expect([made.status, made.body]).toMatchObject([201, { workspaceId: target.id, teamId: elsewhere.id }]);
    const viewed = await world.workspace(teamId, 'team');
    const refused = await fork(developer, element, { workspaceId: viewed.id });
    expect([refused.status, refused.body['detail']]).toEqual([
      403,
      'This takes the role Editor or Admin in the workspace.',
    ]);
    const [foreign, none] = [await world.workspace(elsewhere.id, 'private'), { id: uuid() }];
    const hidden = await elementIn('private');
    for (const from of [element, hidden]) {
      const answers = [];
      for (const { id } of [foreign, none]) answers.push(await fork(developer, from, { workspaceId: id }));
      expect(answers.map(({ status }) => status)).toEqual([404, 404]);
      expect(answers[0]?.text).toBe(answers[1]?.text);
    }
  });

  it('makes one copy when a lost answer is asked for again', async () => {
    const element = await elementIn('team');
    const call = await by(developer);
    const send = { body: {}, headers: { 'idempotency-key': uuid() } };
    const first = await call('POST', `/v1/elements/${element.id}/forks`, send);
    expect((await call('POST', `/v1/elements/${element.id}/forks`, send)).body).toEqual(first.body);
    const cause = byPerson(developer.id);
    const input = { id: String(first.body['id']), elementId: element.id, teamId, target: null };
    expect((await forkElement(api.store, cause, input)).element.id).toBe(first.body['id']);
  });
});
