import { v7 as uuid } from 'uuid';
import type { User } from '../../store/models';
import type { Call } from '../support/api-client';
import { requestOf, sharingWorld, shareWith, type SharingWorld } from '../support/sharing-world';
import { startWholeApi, type WholeApi } from '../support/whole-api';
import { worldOf } from '../support/world';

describe('delegations over REST', () => {
  let api: WholeApi;
  let world: SharingWorld;
  let bo: User;
  let [admin, delegate, outsider]: Call[] = [];
  const call = (who: Call | undefined): Call => {
    if (who === undefined) throw new Error('there is no such caller');
    return who;
  };

  beforeAll(async () => {
    api = await startWholeApi();
    world = await sharingWorld(api.store, { seats: 50 });
    bo = await worldOf(api.store).member(world.team.id, ['billing'], { name: 'Bo' });
    admin = await api.person(world.admin.id);
    delegate = await api.person(bo.id);
    outsider = await api.person((await worldOf(api.store).user()).id);
  });
  afterAll(() => api.close());

  const time = () => ({
    from: new Date(Date.now() - 1_000).toISOString(),
    until: new Date(Date.now() + 3_600_000).toISOString(),
  });
  const hand = (by: Call | undefined, toUserId: string, given: object = {}) =>
    call(by)('POST', '/v1/me/delegations', {
      body: { teamId: world.team.id, toUserId, ...time(), ...given },
    });

  it('are made, listed on both sides, used as “B for A”, and taken back (INVITE-9)', async () => {
    const made = await hand(admin, bo.id);
    expect([made.status, made.body]).toMatchObject([
      201,
      { teamId: world.team.id, toUserId: bo.id, delegator: { name: 'Ada' }, delegate: { name: 'Bo' } },
    ]);
    for (const who of [admin, delegate]) {
      const list = await call(who)('GET', '/v1/me/delegations');
      expect(list.body.data).toEqual([made.body]);
    }
    expect((await call(outsider)('GET', '/v1/me/delegations')).body.data).toEqual([]);

    const email = `p${uuid()}@partner.example`;
    const asOf = api.store.clock.now();
    const id = requestOf(await shareWith(api.store, world, { email }, { asOf }));
    const waiting = await call(delegate)('GET', '/v1/approvals?for=me');
    expect(waiting.body.data).toMatchObject([{ id, approvers: [{ name: 'Ada' }, { name: 'Bo' }] }]);
    const decided = await call(delegate)('POST', `/v1/approvals/${id}/decision`, {
      body: { decision: 'approve' },
    });
    expect([decided.status, decided.body]).toMatchObject([
      200,
      {
        state: 'approved',
        decidedBy: { userId: bo.id, name: 'Bo', onBehalfOf: world.admin.id },
        approvals: { given: [{ userId: bo.id, onBehalfOf: world.admin.id }] },
      },
    ]);
    const late = await call(admin)('POST', `/v1/approvals/${id}/decision`, { body: { decision: 'approve' } });
    expect(late.body).toMatchObject({
      ...{ code: 'already_decided', decidedBy: { userId: bo.id, onBehalfOf: world.admin.id } },
    });

    const path = `/v1/me/delegations/${String(made.body['id'])}`;
    for (const who of [delegate, outsider]) expect((await call(who)('DELETE', path)).status).toBe(404);
    expect((await call(admin)('DELETE', path)).status).toBe(204);
    expect((await call(admin)('DELETE', path)).status).toBe(404);
    expect((await call(delegate)('GET', `/v1/approvals/${id}`)).status).toBe(404);
  });

  it('are refused with a code of their own (INVITE-9)', async () => {
    const guest = await worldOf(api.store).member(world.team.id, ['guest']);
    const stranger = await worldOf(api.store).user();
    const other = await worldOf(api.store).member(world.team.id, ['admin']);
    for (const to of [guest.id, stranger.id, world.admin.id, uuid()]) {
      const refused = await hand(admin, to);
      expect([refused.status, refused.body['code']]).toEqual([422, 'not_delegable']);
    }
    expect((await hand(admin, other.id)).status).toBe(201);
    const crossing = await hand(await api.person(other.id), world.admin.id);
    expect([crossing.status, crossing.body['code']]).toEqual([409, 'delegation_cycle']);
    const over = await hand(admin, bo.id, { until: new Date(Date.now() - 500).toISOString() });
    expect([over.status, over.body['code']]).toEqual([422, 'invalid_request']);
    expect((await hand(outsider, bo.id)).status).toBe(404);
    expect((await hand(delegate, other.id)).status).toBe(403);
  });

  it('come once for one Idempotency-Key', async () => {
    const cy = await worldOf(api.store).member(world.team.id, ['super_admin']);
    const caller = await api.person(cy.id);
    const body = { teamId: world.team.id, toUserId: bo.id, ...time() };
    const key = { headers: { 'idempotency-key': uuid() }, body };
    const [first, again] = [
      await caller('POST', '/v1/me/delegations', key),
      await caller('POST', '/v1/me/delegations', key),
    ];
    expect([again.status, again.body]).toEqual([201, first.body]);
    expect((await caller('GET', '/v1/me/delegations')).body.data).toHaveLength(1);
  });
});
