import { Team, type Element, type User, type Workspace } from '../../store/models';
import { requestOf, shareWith } from '../support/sharing-world';
import { startWholeApi, type WholeApi } from '../support/whole-api';
import { worldOf } from '../support/world';

describe('access requests over HTTP (GUEST-6)', () => {
  let api: WholeApi;
  let world: ReturnType<typeof worldOf>;
  let teamId: string;
  let admin: User;
  let editor: User;
  let guest: User;
  let workspace: Workspace;
  let element: Element;

  beforeAll(async () => {
    api = await startWholeApi();
    world = worldOf(api.store);
  });
  afterAll(() => api.close());
  beforeEach(async () => {
    teamId = (await world.team({ plan: 'enterprise' })).id;
    admin = await world.member(teamId, ['admin'], { name: 'Ada' });
    editor = await world.member(teamId, ['developer'], { name: 'Eve' });
    guest = await world.member(teamId, ['guest'], { name: 'Gus' });
    workspace = await world.workspace(teamId);
    element = await world.element(workspace);
    await world.elementRole(element, editor.id, 'editor');
    await world.elementRole(element, guest.id, 'guest_viewer');
  });

  const approve = { body: { decision: 'approve' } };
  const roleOf = async (user: User) => {
    const call = await api.person(user.id);
    return (await call('GET', `/v1/elements/${element.id}`)).body['myRole'];
  };

  it('goes from a guest’s request over an Editor and a Team Admin to the role', async () => {
    const call = await api.person(guest.id);
    const path = `/v1/elements/${element.id}/access-requests`;
    const made = await call('POST', path, { body: { role: 'editor', note: 'typos' } });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      ...{ kind: 'access_request', state: 'pending', requestedRole: 'editor', teamRole: 'developer' },
      ...{ reason: 'typos', requester: { name: 'Gus' }, approvals: { required: 2, given: [] } },
    });
    const id = String(made.body['id']);
    const again = await call('POST', path, { body: { role: 'editor' } });
    expect([again.status, again.body['code'], again.body['approvalId']]).toEqual([
      409,
      'already_requested',
      id,
    ]);
    expect((await call('POST', path, { body: { role: 'viewer' } })).status).toBe(422);
    const [eve, ada] = [await api.person(editor.id), await api.person(admin.id)];
    const queue = await eve('GET', '/v1/approvals?for=me&kind=access_request');
    expect(queue.body['data']).toMatchObject([{ id }]);
    expect((await call('POST', `/v1/approvals/${id}/decision`, approve)).body['code']).toBe('self_approval');
    const half = await eve('POST', `/v1/approvals/${id}/decision`, approve);
    expect([half.status, half.body['state']]).toEqual([200, 'pending']);
    expect((await call('POST', `/v1/approvals/${id}/nudge`)).status).toBe(200);
    const bulk = { body: { ids: [id], decision: 'approve' } };
    expect((await ada('POST', '/v1/approvals/decisions', bulk)).body['data']).toEqual([
      { id, outcome: 'approved' },
    ]);
    expect(await roleOf(guest)).toBe('editor');
    expect((await call('GET', `/v1/approvals/${id}`)).body).toMatchObject({
      state: 'approved',
      decidedVia: 'api',
    });
  });

  it('answers Manage roles with the request that a Team Admin has to agree to', async () => {
    const eve = await api.person(editor.id);
    const body = { set: [{ userId: guest.id, role: 'editor' }] };
    const done = await eve('PATCH', `/v1/elements/${element.id}/roles`, { body });
    const id = String(done.body['approvalId']);
    expect([done.status, await roleOf(guest)]).toEqual([202, 'guest_viewer']);
    const ada = await api.person(admin.id);
    expect((await ada('POST', `/v1/approvals/${id}/decision`, approve)).body['state']).toBe('approved');
    expect(await roleOf(guest)).toBe('editor');
    const other = await world.member(teamId, ['guest']);
    const viewer = { set: [{ userId: other.id, role: 'viewer' }] };
    const fixed = await eve('PATCH', `/v1/elements/${element.id}/roles`, { body: viewer });
    expect([fixed.status, fixed.body['code']]).toEqual([409, 'guest_role_fixed']);
    await api.operator('PATCH', `/v1/teams/${teamId}`, { body: { seats: 1 } });
    const full = { set: [{ userId: other.id, role: 'editor' }] };
    const refused = await eve('PATCH', `/v1/elements/${element.id}/roles`, { body: full });
    expect([refused.status, refused.body['code']]).toEqual([409, 'no_seats']);
  });

  it('is asked for on the element’s page, and decided on the request’s', async () => {
    const { browser, page } = await api.signedIn(guest.email, `/e/${element.id}`);
    expect(page.text).toContain('Ask to edit');
    const asked = await browser.submit(page, `/e/${element.id}/access-requests`, { note: 'typos' });
    expect([asked.status, asked.text]).toEqual([
      200,
      expect.stringContaining('Make Gus Editor of “Orders”?'),
    ]);
    expect((await browser.open(`/e/${element.id}`)).text).toContain('You asked to become Editor');
    const eve = await api.signedIn(editor.email);
    expect(eve.page.text).toContain('Gus as Editor of “Orders”');
    const request = await eve.browser.open(new URL(asked.url).pathname);
    expect(request.text).not.toContain('Viewer</option>');
    const decided = await eve.browser.submit(request, `${new URL(asked.url).pathname}/approve`, {});
    expect(decided.text).toContain('1 of 2 approvals');
  });

  it('is decided in one call with invites, each under its own rule (INVITE-13)', async () => {
    const call = await api.person(guest.id);
    const path = `/v1/elements/${element.id}/access-requests`;
    const asked = String((await call('POST', path, { body: { role: 'editor' } })).body['id']);
    const team = await api.store.inTeam(teamId, (tx) => Team.query(tx).findById(teamId).throwIfNotFound());
    const stage = { team, workspace, element, admin, sharer: editor };
    const share = { asOf: api.store.clock.now() };
    const invited = requestOf(await shareWith(api.store, stage, { email: 'new@partner.test' }, share));
    const [eve, ada] = [await api.person(editor.id), await api.person(admin.id)];
    const ids = [asked, invited];
    const bulk = async (by: typeof eve, body: object) =>
      (await by('POST', '/v1/approvals/decisions', { body: { ids, ...body } })).body['data'];
    // The Editor has a say in one of them, and asked for the other.
    expect(await bulk(eve, { decision: 'approve' })).toEqual([
      { id: asked, outcome: 'recorded' },
      { id: invited, outcome: 'refused', code: 'self_approval' },
    ]);
    // An invite's denial needs a reason, a request for Editor's does not.
    expect(await bulk(ada, { decision: 'deny' })).toEqual([
      { id: asked, outcome: 'denied' },
      { id: invited, outcome: 'refused', code: 'reason_required' },
    ]);
    expect(await bulk(ada, { decision: 'deny', reason: 'Not now.' })).toEqual([
      { id: asked, outcome: 'refused', code: 'already_decided' },
      { id: invited, outcome: 'denied' },
    ]);
    expect(await roleOf(guest)).toBe('guest_viewer');
  });

  it('is denied on its page, with a reason that whoever asked reads there, or without one (INVITE-5)', async () => {
    const { browser, page } = await api.signedIn(guest.email, `/e/${element.id}`);
    const deny = async (reason: string) => {
      const asked = await browser.submit(page, `/e/${element.id}/access-requests`, {});
      const path = new URL(asked.url).pathname;
      const eve = await api.signedIn(editor.email, path);
      const form = await eve.browser.open(path);
      await eve.browser.submit(form, `${path}/deny`, { reason });
      return (await browser.open(path)).text;
    };
    const reason = 'Only <b>Editors</b> of “Billing” & co.';
    const read = await deny(reason);
    expect(read).toContain(reason);
    expect(read).toContain('denied by Eve');
    expect(await deny('')).toContain('denied by Eve');
  });

  it('is taken back by whoever asked, and by nobody else (INVITE-8)', async () => {
    const call = await api.person(guest.id);
    const path = `/v1/elements/${element.id}/access-requests`;
    const id = String((await call('POST', path, { body: { role: 'editor' } })).body['id']);
    const ada = await api.person(admin.id);
    expect((await ada('POST', `/v1/approvals/${id}/withdraw`)).status).toBe(403);
    expect((await call('POST', `/v1/approvals/${id}/withdraw`)).body).toMatchObject({ state: 'withdrawn' });
    expect((await ada('POST', `/v1/approvals/${id}/decision`, approve)).body['code']).toBe('already_closed');
    expect((await call('POST', path, { body: { role: 'editor' } })).status).toBe(201);
  });

  it('lets guests in only through the issuer where the team wants that (TEAM-7)', async () => {
    const sso = { issuer: 'https://issuer.test', clientId: 'c', clientSecret: 's', domains: ['own.test'] };
    await api.operator('PATCH', `/v1/teams/${teamId}`, { body: { sso } });
    await world.elementRole(element, admin.id, 'editor');
    const ada = await api.person(admin.id);
    await ada('PUT', `/v1/elements/${element.id}/guest-link`, { body: { enabled: true } });
    const join = async () => {
      const call = await api.person((await world.user()).id);
      const answer = await call('POST', `/v1/elements/${element.id}/join`);
      return [answer.status, answer.body['code'] ?? null];
    };
    expect(await join()).toEqual([200, null]);
    await ada('PATCH', `/v1/teams/${teamId}`, { body: { policy: { guestsNeedSso: true } } });
    expect(await join()).toEqual([403, 'sso_required']);
  });
});
