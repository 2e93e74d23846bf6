import { v7 as uuid } from 'uuid';
import { Refusal } from '../../domain/refusal';
import { createServiceToken } from '../../operations/create-token';
import { Notification } from '../../store/models';
import type { Call } from '../support/api-client';
import { requestOf, sharingWorld, shareWith, type SharingWorld } from '../support/sharing-world';
import { startWholeApi, type WholeApi } from '../support/whole-api';
import { worldOf } from '../support/world';

describe('the approval queue over REST', () => {
  let api: WholeApi;
  let world: SharingWorld;
  let admin: Call;
  let sharer: Call;
  let outsider: Call;

  beforeAll(async () => {
    api = await startWholeApi();
    world = await sharingWorld(api.store, { seats: 200 });
    admin = await api.person(world.admin.id);
    sharer = await api.person(world.sharer.id);
    outsider = await api.person((await worldOf(api.store).user()).id);
  });
  afterAll(() => api.close());
  afterEach(() => jest.restoreAllMocks());

  const address = () => `p${uuid()}@partner.example`;
  const request = async (email = address()): Promise<string> =>
    requestOf(await shareWith(api.store, world, { email }, { asOf: api.store.clock.now() }));
  const decide = (id: string, body: object, by = admin, key = uuid()) =>
    by('POST', `/v1/approvals/${id}/decision`, { body, headers: { 'idempotency-key': key } });

  it('shares, and shows what came of it to the sharer, Admins and the team’s services alone (SHARE-1)', async () => {
    const made = await sharer('POST', `/v1/elements/${world.element.id}/shares`, {
      body: {
        recipients: [{ email: address(), role: 'editor' }, { userId: world.admin.id }, { name: 'Nobody' }],
        message: 'Hi',
      },
    });
    expect([made.status, made.body['recipients']]).toMatchObject([
      202,
      [
        { outcome: 'pending_approval', role: 'editor' },
        { outcome: 'shared', role: 'viewer' },
        { outcome: 'refused', code: 'unknown_person' },
      ],
    ]);
    const path = made.headers.get('location') ?? '';
    for (const who of [sharer, admin]) expect((await who('GET', path)).body).toEqual(made.body);
    expect((await outsider('GET', path)).status).toBe(404);
    const other = await api.person((await worldOf(api.store).member(world.team.id, ['developer'])).id);
    expect((await other('GET', path)).status).toBe(403);
  });

  it('previews what a share then does, and changes nothing', async () => {
    const body = { recipients: [{ email: address() }] };
    const path = `/v1/elements/${world.element.id}/shares`;
    const ids = async () => (await sharer('GET', '/v1/approvals?for=mine&limit=100')).body.data?.length;
    const before = await ids();
    const preview = await sharer('POST', `${path}/preview`, { body });
    expect([preview.status, preview.body]).toMatchObject([
      200,
      {
        seats: 1,
        wouldNotify: 0,
        wouldAsk: [{ userId: world.admin.id, name: 'Ada' }],
        recipients: [{ outcome: 'pending_approval' }],
      },
    ]);
    expect(await ids()).toBe(before);
    expect((await sharer('POST', path, { body })).body['recipients']).toMatchObject([
      { outcome: 'pending_approval' },
    ]);
  });

  it('shows a request with every field to who asked and who decides, to others nothing', async () => {
    const email = address();
    const id = await request(email);
    const seen = await admin('GET', `/v1/approvals/${id}`);
    expect(seen.body).toMatchObject({
      ...{
        id,
        kind: 'invite',
        state: 'pending',
        revision: 1,
        requestedRole: 'viewer',
        teamRole: 'developer',
      },
      ...{
        subject: { email },
        requester: { userId: world.sharer.id, name: 'Sam' },
        approvers: [{ userId: world.admin.id }],
      },
      ...{
        element: { id: world.element.id, type: 'collection', name: 'Orders' },
        approvals: { required: 1, given: [] },
      },
      links: { console: `${api.url}/approvals/${id}` },
    });
    expect((await sharer('GET', `/v1/invitations/${id}`)).body).toEqual(
      (await sharer('GET', `/v1/approvals/${id}`)).body,
    );
    expect((await outsider('GET', `/v1/approvals/${id}`)).status).toBe(404);
    expect((await decide(id, { decision: 'approve' }, outsider)).status).toBe(404);
    expect((await outsider('POST', `/v1/approvals/${id}/withdraw`)).status).toBe(404);
    // A member knows the queue, if not the request.
    const member = await api.person((await worldOf(api.store).member(world.team.id, ['developer'])).id);
    expect((await member('GET', `/v1/approvals/${id}`)).status).toBe(404);
    expect(await decide(id, { decision: 'approve' }, member)).toMatchObject({
      ...{ status: 403 },
      body: { code: 'not_an_approver' },
    });
  });

  it('lists by state, kind, whose and text', async () => {
    const email = address();
    const id = await request(email);
    const ids = async (query: string, by = admin) =>
      (await by('GET', `/v1/approvals?${query}`)).body.data?.map((row) => row['id']);
    expect(await ids(`q=${email}`)).toEqual([id]);
    expect(await ids(`q=${email}&state=pending&kind=invite&teamId=${world.team.id}`)).toEqual([id]);
    expect(await ids(`q=${email}&for=me`)).toEqual([id]);
    expect(await ids(`q=${email}&for=mine`)).toEqual([]);
    expect(await ids(`q=${email}&for=mine`, sharer)).toEqual([id]);
    expect(await ids(`q=${email}&for=me`, sharer)).toEqual([]);
    expect(await ids(`q=${email}`, outsider)).toEqual([]);
    expect(await ids(`q=${email}&state=denied`)).toEqual([]);
    expect(await ids(`q=${email.slice(1).toUpperCase()}`)).toEqual([id]);
    // Each is about the element of this name; one that an address finds as well comes once, and the newest come first.
    const both = await request(`orders${email}`);
    const newest = await ids(`teamId=${world.team.id}&limit=3`);
    expect(newest?.[0]).toBe(both);
    expect(await ids(`q=ORDERS&teamId=${world.team.id}&limit=3`)).toEqual(newest);
    expect(await ids(`q=orders${email}`)).toEqual([both]);
    // No wildcards.
    expect(await ids(`q=%25`)).toEqual([]);
    expect(await ids(`q=${email.replace(/./, '_')}`)).toEqual([]);
  });

  it('pages stably while requests come in', async () => {
    const made = [await request(), await request(), await request(), await request()].reverse();
    const first = await admin('GET', '/v1/approvals?limit=2');
    await request();
    const second = await admin('GET', `/v1/approvals?limit=2&cursor=${first.body.meta?.nextCursor ?? ''}`);
    const ids = [...(first.body.data ?? []), ...(second.body.data ?? [])].map((row) => row['id']);
    expect(ids).toEqual(made);
    let cursor = second.body.meta?.nextCursor ?? null;
    const rest: unknown[] = [];
    while (cursor !== null) {
      const page = await admin('GET', `/v1/approvals?limit=2&cursor=${cursor}`);
      rest.push(...(page.body.data ?? []).map((row) => row['id']));
      cursor = page.body.meta?.nextCursor ?? null;
    }
    expect(new Set([...ids, ...rest]).size).toBe(ids.length + rest.length);
  });

  it('answers a decision with the request, and its repeat with the same answer', async () => {
    const id = await request();
    const key = uuid();
    const first = await decide(id, { decision: 'approve', grant: { role: 'viewer' } }, admin, key);
    expect([first.status, first.body]).toMatchObject([
      200,
      {
        state: 'approved',
        decision: 'approve',
        decidedVia: 'api',
        grantedRole: 'viewer',
        decidedBy: { userId: world.admin.id },
      },
    ]);
    expect((await decide(id, { decision: 'approve', grant: { role: 'viewer' } }, admin, key)).text).toBe(
      first.text,
    );
    const late = await decide(id, { decision: 'deny', reason: 'no' });
    expect([late.status, late.body]).toMatchObject([
      409,
      {
        code: 'already_decided',
        decision: 'approve',
        decidedBy: { name: 'Ada' },
        decidedAt: first.body['decidedAt'],
      },
    ]);
  });

  it('says why a decision does not count', async () => {
    const id = await request();
    const other = await worldOf(api.store).member(world.team.id, ['admin']);
    const code = async (answer: Promise<{ status: number; body: Record<string, unknown> }>) => {
      const { status, body } = await answer;
      return [status, body['code']];
    };
    expect(await code(decide(id, { decision: 'deny' }))).toEqual([422, 'reason_required']);
    expect(await code(decide(id, { decision: 'deny', reason: '' }))).toEqual([422, 'invalid_request']);
    expect(await code(decide(id, { decision: 'approve', revision: 1 }, sharer))).toEqual([
      403,
      'self_approval',
    ]);
    expect(await code(decide(id, { decision: 'maybe' }))).toEqual([422, 'invalid_request']);
    await shareWith(
      api.store,
      world,
      { email: await emailOf(id), role: 'editor' },
      { asOf: api.store.clock.now() },
    );
    const stale = await decide(id, { decision: 'approve', revision: 1 });
    expect([stale.status, stale.body]).toMatchObject([409, { code: 'stale_revision', revision: 2 }]);
    await sharer('POST', `/v1/approvals/${id}/withdraw`);
    expect(await code(decide(id, { decision: 'approve' }, await api.person(other.id)))).toEqual([
      409,
      'already_closed',
    ]);
  });

  const emailOf = async (id: string) =>
    ((await admin('GET', `/v1/approvals/${id}`)).body['subject'] as { email: string }).email;

  it('tells “not known” while the runs are away, and gives the outcome to the same key (INVITE-4)', async () => {
    const id = await request();
    const key = uuid();
    jest.spyOn(api.processes, 'decide').mockRejectedValueOnce(new Refusal('unavailable', 'Not known.'));
    const first = await decide(id, { decision: 'approve' }, admin, key);
    expect([first.status, first.body['code'], first.headers.get('retry-after')]).toEqual([
      503,
      'unavailable',
      '2',
    ]);
    expect((await decide(id, { decision: 'approve' }, admin, key)).body).toMatchObject({ state: 'approved' });
  });

  it('lets no service token decide', async () => {
    const cause = { actor: { type: 'operator' }, source: 'api', requestId: null, asOf: new Date() } as const;
    const named = { id: uuid(), name: 'CI', expiresInMs: null, teamId: world.team.id };
    const { secret } = await createServiceToken(api.store, cause, named);
    const service = api.as(secret ?? '');
    const id = await request();
    expect((await service('GET', `/v1/approvals/${id}`)).status).toBe(200);
    const refused = await decide(id, { decision: 'approve' }, service);
    expect([refused.status, refused.body['code']]).toEqual([403, 'forbidden']);
    expect((await service('GET', `/v1/approvals?teamId=${world.team.id}`)).body.data?.length).toBeGreaterThan(
      0,
    );
  });

  it('decides on several, each with its own outcome (INVITE-13)', async () => {
    const [one, two] = [await request(), await request()];
    await decide(two, { decision: 'deny', reason: 'no' });
    const unknown = uuid();
    const bulk = await admin('POST', '/v1/approvals/decisions', {
      body: { ids: [one, two, one, unknown], decision: 'approve' },
    });
    expect(bulk.body.data).toEqual([
      { id: one, outcome: 'approved' },
      { id: two, outcome: 'refused', code: 'already_decided' },
      { id: unknown, outcome: 'refused', code: 'not_found' },
    ]);
  });

  it('keeps no “not known” of several under a key: it gets the outcomes', async () => {
    const ids = [await request(), await request()];
    const headers = { 'idempotency-key': uuid() };
    const ask = (more: object = { headers }) =>
      admin('POST', '/v1/approvals/decisions', { body: { ids, decision: 'approve' }, ...more });
    const real = api.processes.decide.bind(api.processes);
    const away = jest
      .spyOn(api.processes, 'decide')
      .mockImplementation((ref) =>
        ref.approvalId === ids[1] ? Promise.reject(new Refusal('unavailable', 'Not known.')) : real(ref),
      );
    expect((await ask()).status).toBe(503);
    expect((await ask({})).body.data?.[1]).toEqual({ id: ids[1], outcome: 'refused', code: 'unavailable' });
    away.mockRestore();
    expect((await ask()).body.data).toEqual(ids.map((id) => ({ id, outcome: 'approved' })));
  });

  it('takes a request back, also when the first answer was lost (INVITE-8)', async () => {
    const id = await request();
    const withdraw = (key: string, by = sharer) =>
      by('POST', `/v1/approvals/${id}/withdraw`, { headers: { 'idempotency-key': key } });
    expect((await withdraw(uuid(), admin)).status).toBe(403);
    const key = uuid();
    const real = api.processes.withdraw.bind(api.processes);
    jest.spyOn(api.processes, 'withdraw').mockImplementationOnce(async (...sent) => {
      await real(...sent);
      throw new Refusal('unavailable', 'Not known.');
    });
    expect((await withdraw(key)).status).toBe(503);
    const again = await withdraw(key);
    expect([again.status, again.body]).toMatchObject([200, { state: 'withdrawn' }]);
    expect((await withdraw(uuid())).body['code']).toBe('already_closed');
  });

  it('lets one of several requesters take back their part, and answers what is left', async () => {
    const email = address();
    const id = await request(email);
    const second = await worldOf(api.store).member(world.team.id, ['developer'], { name: 'Sue' });
    await shareWith(api.store, world, { email }, { asOf: api.store.clock.now(), by: second });
    const sue = await api.person(second.id);
    const done = await sue('POST', `/v1/approvals/${id}/withdraw`);
    expect([done.status, done.body]).toMatchObject([
      200,
      { state: 'pending', revision: 3, requesters: [{ name: 'Sam' }] },
    ]);
    expect((await sue('GET', `/v1/approvals/${id}`)).status).toBe(404);
  });

  describe('and its invitations', () => {
    const approved = async (email: string) => {
      const id = await request(email);
      await decide(id, { decision: 'approve' });
      return id;
    };
    const accept = (token: string, by: Call, key = uuid()) =>
      by('POST', '/v1/invitations/accept', { body: { token }, headers: { 'idempotency-key': key } });

    it('lets the invited person in, once, and tells everybody else why not (INVITE-11)', async () => {
      const user = await worldOf(api.store).user();
      const id = await approved(user.email);
      const token = await api.mailInvitation(world.team.id, id);
      const invited = await api.person(user.id);
      const wrong = await accept(token, outsider);
      expect([wrong.status, wrong.body['code']]).toEqual([403, 'wrong_account']);
      expect((await accept('unknown', invited)).status).toBe(404);
      const key = uuid();
      const done = await accept(token, invited, key);
      expect([done.status, done.body]).toMatchObject([
        200,
        { teamId: world.team.id, teamRole: 'developer', elementId: world.element.id },
      ]);
      expect((await accept(token, invited, key)).text).toBe(done.text);
      const again = await accept(token, invited);
      expect([again.status, again.body['code']]).toEqual([409, 'already_accepted']);
      expect((await invited('GET', '/v1/me')).body['teams']).toMatchObject([
        { id: world.team.id, roles: ['developer'] },
      ]);
      expect((await invited('GET', `/v1/elements/${world.element.id}`)).status).toBe(200);
    });

    it('link to their runs with the instant at which they ended, from which on Temporal keeps those for a while (OPS-3)', async () => {
      const links = jest.spyOn(api.processes, 'temporalLink');
      const endOf = async (id: string) => {
        links.mockClear();
        await admin('GET', `/v1/approvals/${id}`);
        return links.mock.calls.map(([, endedAt]) => endedAt);
      };
      const [denied, user] = [await request(), await worldOf(api.store).user()];
      expect(await endOf(denied)).toEqual([null]);
      await decide(denied, { decision: 'deny', reason: 'no' });
      expect(await endOf(denied)).toEqual([expect.any(Date)]);
      const id = await approved(user.email);
      const token = await api.mailInvitation(world.team.id, id);
      expect(await endOf(id)).toEqual([null]);
      await accept(token, await api.person(user.id));
      expect(await endOf(id)).toEqual([expect.any(Date)]);
    });

    it('gives the first answer when it was lost on its way', async () => {
      const user = await worldOf(api.store).user();
      const token = await api.mailInvitation(world.team.id, await approved(user.email));
      const invited = await api.person(user.id);
      const key = uuid();
      const real = api.processes.accept.bind(api.processes);
      jest.spyOn(api.processes, 'accept').mockImplementationOnce(async (...sent) => {
        await real(...sent);
        throw new Refusal('unavailable', 'Not known.');
      });
      expect((await accept(token, invited, key)).status).toBe(503);
      expect((await accept(token, invited, key)).status).toBe(200);
    });

    it('lists them: all to Admins, one’s own to others, page by page', async () => {
      const mine = await approved(address());
      const path = `/v1/teams/${world.team.id}/invitations`;
      const second = await worldOf(api.store).member(world.team.id, ['developer']);
      const theirs = requestOf(
        await shareWith(api.store, world, { email: address() }, { asOf: api.store.clock.now(), by: second }),
      );
      await decide(theirs, { decision: 'approve' });
      const ids = async (by: Call, query = '') =>
        (await by('GET', path + query)).body.data?.map((row) => row['id']);
      expect((await ids(admin))?.slice(0, 2)).toEqual([theirs, mine]);
      expect(await ids(sharer, '?limit=1')).toEqual([mine]);
      expect(await ids(await api.person(second.id))).toEqual([theirs]);
      expect((await outsider('GET', path)).status).toBe(404);
    });

    it('mails again and takes back, for requesters and Admins; an ended link says so', async () => {
      const user = await worldOf(api.store).user();
      const id = await approved(user.email);
      const token = await api.mailInvitation(world.team.id, id);
      const bystander = await api.person((await worldOf(api.store).member(world.team.id, ['developer'])).id);
      expect((await bystander('POST', `/v1/invitations/${id}/resend`)).status).toBe(404);
      expect((await sharer('POST', `/v1/invitations/${id}/resend`)).status).toBe(200);
      expect((await admin('DELETE', `/v1/invitations/${id}`)).status).toBe(204);
      const over = await accept(token, await api.person(user.id));
      expect([over.status, over.body['code']]).toEqual([410, 'cancelled']);
      expect((await admin('DELETE', `/v1/invitations/${id}`)).body['code']).toBe('cancelled');
      expect((await sharer('POST', `/v1/invitations/${await request()}/resend`)).status).toBe(409);
    });
  });

  it('gives a person their notices, and marks them read once', async () => {
    const { id: userId } = world.sharer;
    const ids = [uuid(), uuid(), uuid()];
    await api.store.inTeam(world.team.id, (tx) =>
      Notification.query(tx).insert(
        ids.map((id) => ({
          ...{
            id,
            userId,
            teamId: world.team.id,
            topic: 'shares' as const,
            event: 'element.shared',
            title: 'T',
            body: 'B',
          },
          ...{ url: '/', createdAt: new Date(), dedupeKey: id },
        })),
      ),
    );
    const list = (query = '') => sharer('GET', `/v1/me/notifications${query}`);
    const [newest, older] = [await list('?limit=2'), await list()];
    expect(newest.body.data?.map((row) => row['id'])).toEqual([ids[2], ids[1]]);
    expect(older.body.data).toHaveLength(3);
    const read = (who: Call) => who('POST', '/v1/me/notifications/read', { body: { ids: [ids[0], uuid()] } });
    expect((await read(admin)).body).toEqual({ read: 0 });
    expect((await read(sharer)).body).toEqual({ read: 1 });
    expect((await read(sharer)).body).toEqual({ read: 0 });
    expect((await list()).body.data?.filter((row) => row['readAt'] !== null)).toHaveLength(1);
  });
});
