import { v7 as uuid } from 'uuid';
import type { TeamPolicy } from '../../domain/policy';
import type { Element, User, Workspace } from '../../store/models';
import { AuditEvent, Member } from '../../store/models';
import type { Call } from '../support/api-client';
import { startTestApi, type TestApi } from '../support/set-up-api';
import { worldOf } from '../support/world';

describe('guests', () => {
  let api: TestApi;
  let world: ReturnType<typeof worldOf>;
  let teamId: string;
  let admin: Call;
  let plain: Call;
  let adminUser: User;

  beforeAll(async () => {
    api = await startTestApi();
    world = worldOf(api.store);
    await setUp();
  });
  afterAll(() => api.close());

  async function setUp(policy: Partial<TeamPolicy> = {}, seats = 50): Promise<void> {
    teamId = (await world.team({ policy, seats })).id;
    adminUser = await world.member(teamId, ['super_admin']);
    admin = await callerOf(adminUser);
    plain = await callerOf(await world.member(teamId, ['developer']));
  }
  const callerOf = async (user: User): Promise<Call> => api.as(await api.tokenOf(user.id));
  const place = async (visibility: Workspace['visibility'] = 'team') => {
    const workspace = await world.workspace(teamId, visibility);
    await world.workspaceRole(workspace, adminUser.id, 'admin');
    return workspace;
  };
  const linked = async (workspace: Workspace, name = 'Orders'): Promise<Element> => {
    const element = await world.element(workspace, { name });
    const on = await admin('PUT', `/v1/elements/${element.id}/guest-link`, { body: { enabled: true } });
    expect([on.status, on.body['enabled']]).toEqual([200, true]);
    return element;
  };
  const join = (call: Call, { id }: Element) => call('POST', `/v1/elements/${id}/join`);
  const guestOf = async (...elements: Element[]) => {
    const user = await world.user();
    const call = await callerOf(user);
    for (const element of elements) expect((await join(call, element)).status).toBe(200);
    return { user, call };
  };
  const reads = async (call: Call, { id }: Element) =>
    (await call('GET', `/v1/elements/${id}/content`)).status;
  const inTeam = async (user: User) =>
    (await api.store.inTeam(teamId, (tx) => Member.query(tx).findById([teamId, user.id]))) !== undefined;
  const removals = (user: User) =>
    api.store.inTeam(teamId, (tx) =>
      AuditEvent.query(tx).where({ teamId, action: 'guest.removed', targetId: user.id }),
    );

  describe('by a link', () => {
    it('join at once, without a seat, and twice is once (GUEST-1)', async () => {
      const element = await linked(await place());
      const before = (await admin('GET', `/v1/teams/${teamId}`)).body['seats'];
      const { user, call } = await guestOf(element);
      expect((await join(call, element)).body).toEqual({
        ...{ teamId, role: 'guest', elementRole: 'guest_viewer' },
      });
      expect((await admin('GET', `/v1/teams/${teamId}`)).body['seats']).toEqual(before);
      const link = await admin('GET', `/v1/elements/${element.id}/guest-link`);
      expect(link.body).toMatchObject({ enabled: true, guests: 1 });
      const listed = await plain('GET', `/v1/teams/${teamId}/guests`);
      expect(listed.body.data).toMatchObject([{ userId: user.id, roles: ['guest'] }]);
      const resources = await admin('GET', `/v1/teams/${teamId}/guests/${user.id}/resources`);
      expect(resources.body.data).toMatchObject([{ element: { id: element.id }, role: 'guest_viewer' }]);
      expect((await plain('GET', `/v1/teams/${teamId}/guests/${user.id}/resources`)).status).toBe(403);
    });

    it('is turned by Editors of collections in team workspaces alone (GUEST-1)', async () => {
      const element = await linked(await place());
      const off = await plain('PUT', `/v1/elements/${element.id}/guest-link`, { body: { enabled: false } });
      expect(off.status).toBe(403);
      for (const visibility of ['private', 'public'] as const) {
        const other = await world.element(await place(visibility));
        const on = await admin('PUT', `/v1/elements/${other.id}/guest-link`, { body: { enabled: true } });
        expect([on.status, on.body['code']]).toEqual([409, 'workspace_not_team']);
        const link = await admin('GET', `/v1/elements/${other.id}/guest-link`);
        expect(link.body).toMatchObject({ enabled: false, blockedBy: 'workspace_not_team' });
      }
    });

    it('do not get in when it is off, nor when their address is denied; members change nothing (GUEST-1, GUEST-9)', async () => {
      const workspace = await place();
      const outsider = await callerOf(await world.user());
      expect((await join(outsider, await world.element(workspace))).status).toBe(404);
      const element = await linked(workspace);
      expect((await join(plain, element)).body).toEqual({ teamId, role: 'developer', elementRole: 'viewer' });
      await api.operator('PATCH', `/v1/teams/${teamId}`, {
        body: { policy: { guestDenyList: ['@shut.test'] } },
      });
      const denied = await join(
        await callerOf(await world.user({ email: `x-${uuid()}@shut.test` })),
        element,
      );
      expect([denied.status, denied.body['code']]).toEqual([403, 'guest_denied']);
      expect((await join(outsider, element)).status).toBe(200);
    });

    it('see the collection and its document, and nothing else (GUEST-2)', async () => {
      const workspace = await place();
      const element = await linked(workspace);
      const other = await world.element(workspace);
      const { call } = await guestOf(element);
      expect((await call('GET', `/v1/elements/${element.id}`)).body['myRole']).toBe('guest_viewer');
      expect(await reads(call, element)).toBe(200);
      expect(await reads(call, other)).toBe(404);
      const path = `/v1/elements/${element.id}`;
      const refused: [string, string, unknown?][] = [
        ['PUT', `${path}/content`, { info: { name: 'X' }, item: [] }],
        ['POST', `${path}/shares`, { recipients: [{ email: 'a@b.test' }] }],
        ['DELETE', path],
        ['GET', `${path}/roles`],
        ['PATCH', `${path}/roles`, { set: [], remove: [] }],
        ['GET', `${path}/guest-link`],
        ['PUT', `${path}/guest-link`, { enabled: false }],
        ['GET', `/v1/teams/${teamId}/members`],
        ['GET', `/v1/teams/${teamId}/groups`],
        ['GET', `/v1/teams/${teamId}/guests`],
        ['GET', `/v1/teams/${teamId}/audit-events`],
        ['GET', `/v1/workspaces/${workspace.id}`],
        ['GET', `/v1/workspaces/${workspace.id}/elements`],
      ];
      for (const [method, to, body] of refused) {
        const { status } = await call(method, to, body === undefined ? {} : { body });
        expect([403, 404, 422].includes(status) ? 'refused' : `${method} ${to}: ${status}`).toBe('refused');
      }
    });

    it('are converted by an Admin when there is a seat, and keep what they have (GUEST-6)', async () => {
      await setUp({}, 2);
      const element = await linked(await place());
      const { user, call } = await guestOf(element);
      const convert = (by: Call) =>
        by('POST', `/v1/teams/${teamId}/guests/${user.id}/convert`, { body: { roles: ['developer'] } });
      expect((await convert(plain)).status).toBe(403);
      expect((await convert(admin)).body['code']).toBe('no_seats');
      await api.operator('PATCH', `/v1/teams/${teamId}`, { body: { seats: 3 } });
      expect((await convert(admin)).body['roles']).toEqual(['developer']);
      expect((await convert(admin)).status).toBe(404);
      expect(await reads(call, element)).toBe(200);
      await setUp();
    });
  });

  describe('leave when nothing is left for them', () => {
    /** Each cause takes the first collection, which lies in a workspace of its own. */
    const causes: Record<string, (element: Element, user: User) => Promise<{ status: number }>> = {
      roles_remove: ({ id }, user) =>
        admin('PATCH', `/v1/elements/${id}/roles`, { body: { remove: [{ userId: user.id }] } }),
      workspace_member_remove: ({ workspaceId }, user) =>
        admin('DELETE', `/v1/workspaces/${workspaceId}/members/${user.id}`),
      workspace_visibility: ({ workspaceId }) =>
        admin('PATCH', `/v1/workspaces/${workspaceId}`, { body: { visibility: 'private' } }),
      workspace_delete: ({ workspaceId }) => admin('DELETE', `/v1/workspaces/${workspaceId}`),
      element_delete: ({ id }) => admin('DELETE', `/v1/elements/${id}`),
      element_move: async ({ id }) =>
        admin('POST', `/v1/elements/${id}/move`, { body: { workspaceId: (await place('private')).id } }),
    };

    it.each(Object.keys(causes))('%s: with one collection yes, with two no (GUEST-4)', async (name) => {
      const [first, second] = [await linked(await place()), await linked(await place())];
      const both = await guestOf(first, second);
      const one = await guestOf(first);
      for (const { user } of [one, both]) {
        if (await inTeam(user)) await causes[name]?.(first, user);
      }
      expect([await inTeam(one.user), await inTeam(both.user)]).toEqual([false, true]);
      expect([await reads(one.call, first), await reads(both.call, first)]).toEqual([404, 404]);
      expect(await reads(both.call, second)).toBe(200);
      expect(await removals(one.user)).toMatchObject([{ after: { cause: name } }]);
      expect(await removals(both.user)).toEqual([]);
      expect((await plain('GET', `/v1/teams/${teamId}/members?limit=100`)).status).toBe(200);
    });

    it('stay when their workspace becomes public, where the link is frozen (GUEST-4)', async () => {
      const workspace = await place();
      const element = await linked(workspace);
      const { user } = await guestOf(element);
      await admin('PATCH', `/v1/workspaces/${workspace.id}`, { body: { visibility: 'public' } });
      expect(await inTeam(user)).toBe(true);
      const link = await admin('GET', `/v1/elements/${element.id}/guest-link`);
      expect(link.body).toMatchObject({ enabled: true, blockedBy: 'workspace_not_team' });
      expect((await join(await callerOf(await world.user()), element)).status).toBe(404);
    });

    const off = ({ id }: Element) =>
      admin('PUT', `/v1/elements/${id}/guest-link`, { body: { enabled: false } });

    it('when the last link goes off, and come back clean by one that is on (GUEST-3, GUEST-9)', async () => {
      const [first, second] = [await linked(await place()), await linked(await place())];
      const both = await guestOf(first, second);
      const one = await guestOf(first);
      const done = await off(first);
      expect([done.status, done.body['operation']]).toMatchObject([
        202,
        { type: 'guest_link_off', state: 'completed', result: { guestsRemoved: 1, guestsLosingElement: 0 } },
      ]);
      expect([await inTeam(one.user), await inTeam(both.user)]).toEqual([false, true]);
      expect(await reads(both.call, first)).toBe(200);
      expect((await join(one.call, first)).status).toBe(404);
      expect((await join(one.call, second)).status).toBe(200);
      expect(await reads(one.call, first)).toBe(404);
      await off(second);
      expect([await inTeam(one.user), await inTeam(both.user)]).toEqual([false, false]);
    });

    it('but not at a link’s going off where the policy keeps them (GUEST-3)', async () => {
      await setUp({ removeGuestsWhenAllLinksOff: false });
      const element = await linked(await place());
      const { user, call } = await guestOf(element);
      await off(element);
      expect([await inTeam(user), await reads(call, element)]).toEqual([true, 200]);
      await setUp();
    });

    it('also who joins while the link goes off: nobody is in after its answer (GUEST-1)', async () => {
      for (let round = 0; round < 10; round += 1) {
        const element = await linked(await place());
        const late = await world.user();
        const call = await callerOf(late);
        const [done, joined] = await Promise.all([off(element), join(call, element)]);
        expect([done.status, [200, 404].includes(joined.status)]).toEqual([202, true]);
        expect([await inTeam(late), await reads(call, element)]).toEqual([false, 404]);
      }
    });

    it('once, when two deletions hit them at the same time, and nobody joins past one (GUEST-7)', async () => {
      for (let round = 0; round < 10; round += 1) {
        const [first, second] = [await linked(await place()), await linked(await place())];
        const guest = await guestOf(first, second);
        const late = await world.user();
        const lateCall = await callerOf(late);
        const answers = await Promise.all([
          causes['workspace_delete']?.(first, guest.user),
          causes['workspace_delete']?.(second, guest.user),
          join(lateCall, first),
          join(lateCall, second),
        ]);
        expect(answers.slice(0, 2).map((answer) => answer?.status)).toEqual([202, 202]);
        expect([await inTeam(guest.user), await inTeam(late)]).toEqual([false, false]);
        expect(await removals(guest.user)).toHaveLength(1);
      }
    });
  });
});
