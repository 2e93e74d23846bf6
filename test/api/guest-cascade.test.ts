import { v7 as uuid } from 'uuid';
import type { TeamPolicy } from '../../domain/policy';
import { ensurePersonalWorkspace } from '../../operations/parts/personal-workspace';
import type { Element, User, Workspace } from '../../store/models';
import type { Call } from '../support/api-client';
import { startTestApi, type TestApi } from '../support/set-up-api';
import { worldOf } from '../support/world';

/** An operation as REST shows it. */
interface Shown {
  readonly id: string;
  readonly state: string;
  readonly progress: { readonly done: number; readonly total: number };
  readonly result: Readonly<Record<string, unknown>>;
}

// No worker and no Temporal run here: what these tests see is true at the answer.
describe('access that is taken away', () => {
  let api: TestApi;
  let world: ReturnType<typeof worldOf>;
  let teamId: string;
  let owner: Call;
  let ownerUser: User;

  beforeAll(async () => {
    api = await startTestApi();
    world = worldOf(api.store);
  });
  afterAll(() => api.close());
  beforeEach(() => setUp());

  async function setUp(policy: Partial<TeamPolicy> = {}): Promise<void> {
    teamId = (await world.team({ policy, seats: 50 })).id;
    ownerUser = await world.member(teamId, ['super_admin']);
    owner = await callerOf(ownerUser);
  }
  const callerOf = async (user: User): Promise<Call> => api.as(await api.tokenOf(user.id));
  const place = async (visibility: Workspace['visibility'] = 'team') => {
    const workspace = await world.workspace(teamId, visibility);
    await world.workspaceRole(workspace, ownerUser.id, 'admin');
    return workspace;
  };
  const turn = ({ id }: Element, enabled: boolean) =>
    owner('PUT', `/v1/elements/${id}/guest-link`, { body: { enabled } });
  const linked = async (workspace?: Workspace): Promise<Element> => {
    const element = await world.element(workspace ?? (await place()));
    expect((await turn(element, true)).status).toBe(200);
    return element;
  };
  const guestOf = async (...elements: Element[]) => {
    const user = await world.user();
    const call = await callerOf(user);
    for (const { id } of elements) expect((await call('POST', `/v1/elements/${id}/join`)).status).toBe(200);
    return { user, call };
  };
  const reads = async (call: Call, { id }: Element) =>
    (await call('GET', `/v1/elements/${id}/content`)).status;
  const impact = async (action: object) => (await owner('POST', '/v1/impact', { body: { action } })).body;
  const operationOf = (answer: { readonly body: Record<string, unknown> }) =>
    answer.body['operation'] as Shown;

  /** The seed's four cases, as actions and as the calls that do them. */
  const cases: Record<
    string,
    (element: Element, user: User) => { action: object; call: [string, string, object?] }
  > = {
    roles_remove: ({ id }, user) => ({
      action: { elementId: id, userIds: [user.id] },
      call: ['PATCH', `/v1/elements/${id}/roles`, { remove: [{ userId: user.id }] }],
    }),
    workspace_member_remove: ({ workspaceId }, user) => ({
      action: { workspaceId, userId: user.id },
      call: ['DELETE', `/v1/workspaces/${workspaceId}/members/${user.id}`],
    }),
    workspace_visibility: ({ workspaceId }) => ({
      action: { workspaceId, visibility: 'private' },
      call: ['PATCH', `/v1/workspaces/${workspaceId}`, { visibility: 'private' }],
    }),
    workspace_delete: ({ workspaceId }) => ({
      action: { workspaceId },
      call: ['DELETE', `/v1/workspaces/${workspaceId}`],
    }),
  };

  it.each(Object.keys(cases))(
    '%s: impact says it before, and it is true at the answer (GUEST-4, GUEST-7, GUEST-8)',
    async (type) => {
      for (const isLast of [true, false]) {
        const [first, second] = [await linked(), await linked()];
        const { user, call } = await guestOf(...(isLast ? [first] : [first, second]));
        const one = cases[type]?.(first, user);
        if (one === undefined) throw new Error('there is no such case');
        const foreseen = await impact({ type, ...one.action });
        expect(foreseen).toMatchObject({
          guestsRemoved: isLast ? [{ userId: user.id, name: user.name }] : [],
          guestsLosingElement: isLast ? [] : [{ userId: user.id, elementId: first.id }],
          ...{ pendingRequestsClosed: [], notified: 2 },
        });
        expect(await reads(call, first)).toBe(200);
        const [method, path, body] = one.call;
        const answer = await owner(method, path, body === undefined ? {} : { body });
        expect([answer.status, operationOf(answer).state]).toEqual([202, 'completed']);
        expect([await reads(call, first), await reads(call, second)]).toEqual([404, isLast ? 404 : 200]);
        expect((await call('GET', `/v1/teams/${teamId}`)).status).toBe(isLast ? 404 : 200);
        expect((await call('GET', '/v1/teams')).body.data).toHaveLength(isLast ? 0 : 1);
      }
    },
  );

  it.each([
    ['one collection', [true], false],
    ['another whose link is on', [true, true], true],
    ['another whose link is off', [true, false], false],
    ['two others, one of them on', [true, false, true], true],
  ] as const)('a link that goes off, for a guest with %s (GUEST-3)', async (_name, links, stays) => {
    const elements: Element[] = [];
    for (const _link of links) elements.push(await linked());
    const { user, call } = await guestOf(...elements);
    const keeper = await guestOf(...elements, await linked());
    const [first] = elements;
    if (first === undefined) throw new Error('a guest has a collection');
    for (const [nth, element] of elements.entries()) {
      if (links[nth] === true) continue;
      expect(operationOf(await turn(element, false)).result).toMatchObject({ guestsRemoved: 0 });
    }
    const foreseen = await impact({ type: 'guest_link_off', elementId: first.id });
    expect(foreseen['guestsRemoved']).toEqual(stays ? [] : [{ userId: user.id, name: user.name }]);
    expect(operationOf(await turn(first, false)).result).toMatchObject({ guestsRemoved: stays ? 0 : 1 });
    for (const element of elements) {
      expect([await reads(call, element), await reads(keeper.call, element)]).toEqual([
        stays ? 200 : 404,
        200,
      ]);
    }
    // Off already: nothing is judged.
    expect(operationOf(await turn(first, false)).result).toMatchObject({ guestsRemoved: 0 });
  });

  it('from a collection leaves access through the workspace; from the team takes all of it (GUEST-5, TEAM-8)', async () => {
    const workspace = await place('private');
    const element = await world.element(workspace);
    const user = await world.member(teamId, ['billing']);
    await world.workspaceRole(workspace, user.id, 'viewer');
    await world.elementRole(element, user.id, 'editor');
    const call = await callerOf(user);
    const body = { remove: [{ userId: user.id }] };
    await owner('PATCH', `/v1/elements/${element.id}/roles`, { body });
    expect((await call('GET', `/v1/elements/${element.id}`)).body['myRole']).toBe('viewer');
    const foreseen = await impact({ type: 'member_remove', teamId, userId: user.id });
    expect(foreseen).toEqual({
      ...{ guestsRemoved: [], guestsLosingElement: [], pendingRequestsClosed: [], notified: 0 },
    });
    await owner('DELETE', `/v1/teams/${teamId}/members/${user.id}`);
    expect([await reads(call, element), (await call('GET', `/v1/teams/${teamId}`)).status]).toEqual([
      404, 404,
    ]);
  });

  describe('above the cap', () => {
    const held = async () => {
      await setUp({ removalCap: 1 });
      const element = await linked();
      const guests = [await guestOf(element), await guestOf(element)];
      const answer = await owner('DELETE', `/v1/elements/${element.id}`);
      return { element, guests, answer, operation: operationOf(answer) };
    };
    const to = (call: Call, { id }: Shown, verb: 'confirm' | 'cancel') =>
      call('POST', `/v1/operations/${id}/${verb}`);

    it('changes nothing until it is confirmed, and is planned anew then (GUEST-8)', async () => {
      const { element, guests, answer, operation } = await held();
      expect([answer.status, answer.headers.get('location')]).toEqual([
        202,
        `/v1/operations/${operation.id}`,
      ]);
      expect(operation).toMatchObject({
        state: 'awaiting_confirmation',
        ...{ progress: { done: 0, total: 2 }, result: { guestsRemoved: 2, guestsLosingElement: 0 } },
      });
      const late = await guestOf(element);
      for (const { call } of [...guests, late]) expect(await reads(call, element)).toBe(200);
      const confirmed = await to(owner, operation, 'confirm');
      expect(confirmed.status).toBe(202);
      expect(operationOf(confirmed)).toMatchObject({ state: 'completed', result: { guestsRemoved: 3 } });
      for (const { call } of [...guests, late]) expect(await reads(call, element)).toBe(404);
      // Twice is once, and what is done is not cancelled any more.
      expect(operationOf(await to(owner, operation, 'confirm'))).toMatchObject({
        result: { guestsRemoved: 3 },
      });
      expect((await to(owner, operation, 'cancel')).body['code']).toBe('conflict');
    });

    it('is confirmed and cancelled by whoever could do it, seen by them, and hidden from others (GUEST-8)', async () => {
      const { element, guests, operation } = await held();
      const editor = await world.member(teamId, ['billing']);
      await world.elementRole(element, editor.id, 'editor');
      const byEditor = await callerOf(editor);
      const viewer = await callerOf(await world.member(teamId, ['developer']));
      const stranger = await callerOf(await world.user());
      const plainAdmin = await callerOf(await world.member(teamId, ['admin']));
      const path = `/v1/operations/${operation.id}`;
      // Who may not see it finds nothing, whatever they try; who sees it and could not do it hears what it takes.
      for (const call of [viewer, stranger]) {
        expect((await call('GET', path)).status).toBe(404);
        for (const verb of ['confirm', 'cancel'] as const)
          expect((await to(call, operation, verb)).status).toBe(404);
      }
      expect((await plainAdmin('GET', path)).body['state']).toBe('awaiting_confirmation');
      for (const call of [plainAdmin, api.operator]) {
        for (const verb of ['confirm', 'cancel'] as const) {
          expect((await to(call, operation, verb)).body).toMatchObject({ status: 403, code: 'forbidden' });
        }
      }
      expect((await byEditor('GET', path)).body['state']).toBe('awaiting_confirmation');
      const cancelled = await to(byEditor, operation, 'cancel');
      expect([cancelled.status, cancelled.body['state']]).toEqual([200, 'cancelled']);
      expect((await byEditor('GET', path)).body['state']).toBe('cancelled');
      expect((await to(owner, operation, 'confirm')).body['code']).toBe('conflict');
      for (const { call } of guests) expect(await reads(call, element)).toBe(200);
    });

    it('is seen to its end by whoever confirmed it, and by nobody else for that (GUEST-8)', async () => {
      const { element, operation } = await held();
      const [one, other] = [await world.member(teamId, ['billing']), await world.member(teamId, ['billing'])];
      for (const { id } of [one, other]) await world.elementRole(element, id, 'editor');
      const [byOne, byOther] = [await callerOf(one), await callerOf(other)];
      const confirmed = await to(byOne, operation, 'confirm');
      const path = String(confirmed.headers.get('location'));
      expect([confirmed.status, (await byOne('GET', path)).body['state']]).toEqual([202, 'completed']);
      expect((await to(byOne, operation, 'confirm')).status).toBe(202);
      expect([(await byOther('GET', path)).status, (await to(byOther, operation, 'confirm')).status]).toEqual(
        [404, 404],
      );
    });

    it('is all that is confirmed: what was done at once, and what is outside teams, never waited (GUEST-8)', async () => {
      const element = await linked();
      const done = operationOf(await owner('DELETE', `/v1/elements/${element.id}`));
      const stranger = await callerOf(await world.user());
      const user = await world.user();
      const personal = await api.store.inTeam(null, (tx) =>
        ensurePersonalWorkspace(tx, { id: uuid(), userId: user.id, teamId: null, asOf: new Date() }),
      );
      const own = await world.element(personal);
      const theirs = await callerOf(user);
      const outside = operationOf(await theirs('DELETE', `/v1/elements/${own.id}`));
      for (const verb of ['confirm', 'cancel'] as const) {
        expect((await to(owner, done, verb)).body['code']).toBe('conflict');
        expect((await to(theirs, outside, verb)).body['code']).toBe('conflict');
        for (const one of [done, outside]) expect((await to(stranger, one, verb)).status).toBe(404);
      }
    });

    it('makes one operation of a call that is repeated with its Idempotency-Key (GUEST-8)', async () => {
      await setUp({ removalCap: 0 });
      const element = await linked();
      await guestOf(element);
      const headers = { 'Idempotency-Key': uuid() };
      const body = { workspaceId: (await place('private')).id };
      const move = () => owner('POST', `/v1/elements/${element.id}/move`, { body, headers });
      const [one, two] = [await move(), await move()];
      expect(operationOf(two)).toEqual(operationOf(one));
      expect(operationOf(one).state).toBe('awaiting_confirmation');
    });
  });
});
