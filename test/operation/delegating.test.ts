import { v7 as uuid } from 'uuid';
import { changeMemberRoles } from '../../operations/change-member-roles';
import { delegate, endDelegation } from '../../operations/delegate';
import { removeMember } from '../../operations/remove-member';
import { decideApproval } from '../../operations/decide-approval';
import { ApprovalVoice, AuditEvent, Delegation, type User } from '../../store/models';
import { approvalView } from '../../store/queries/approval-view';
import { listApprovalIds } from '../../store/queries/list-approvals';
import { attemptOf, decideNow } from '../support/attempts';
import { openTestStore, type TestStore } from '../support/database';
import { requestOf, sharingWorld, shareWith, type SharingWorld } from '../support/sharing-world';
import { refusalOf } from '../support/refusals';
import { byPerson, worldOf } from '../support/world';

const HOUR_MS = 3_600_000;

describe('delegation', () => {
  let store: TestStore;
  let world: SharingWorld;
  let teamId: string;
  let bo: User;
  const start = new Date();
  const later = (ms: number) => new Date(start.getTime() + ms);

  beforeAll(async () => {
    store = await openTestStore();
  });
  afterAll(() => store.close());
  beforeEach(async () => {
    await make();
  });

  async function make(given: Parameters<typeof sharingWorld>[1] = {}): Promise<void> {
    world = await sharingWorld(store, given);
    teamId = world.team.id;
    bo = await worldOf(store).member(teamId, ['billing'], { name: 'Bo' });
  }
  const ask = async (by: User = world.sharer, email = `x-${uuid()}@partner.test`) =>
    requestOf(await shareWith(store, world, { email }, { asOf: start, by }));
  const hand = (from: User, to: User, time: { from?: Date; until?: Date } = {}) =>
    delegate(store, byPerson(from.id, start), {
      ...{ id: uuid(), teamId, toUserId: to.id, from: start, until: later(HOUR_MS), ...time },
    });
  const decide = (by: User, approvalId: string, asOf = later(1), verdict: 'approve' | 'deny' = 'approve') =>
    decideNow(store, { teamId, approvalId, userId: by.id, verdict, reason: 'because', asOf });
  const view = (id: string) => store.inTeam(teamId, (tx) => approvalView(tx, id, later(2)));
  const waitingFor = (user: User, asOf = later(1)) =>
    store.acrossTeams((tx) =>
      listApprovalIds(tx, { type: 'person', userId: user.id }, { for: 'me', limit: 10, before: null, asOf }),
    );

  it('lets the delegate decide for the Admin, and says so everywhere (INVITE-9, OPS-6)', async () => {
    const id = await ask();
    await hand(world.admin, bo);
    expect((await view(id))?.approvers.map(({ name }) => name)).toEqual(['Ada', 'Bo']);
    expect(await waitingFor(bo)).toEqual([id]);
    expect(await decide(bo, id)).toBe('approved');
    const { admin } = world;
    expect((await view(id))?.decidedBy).toEqual({
      ...{ userId: bo.id, name: 'Bo' },
      onBehalfOf: { userId: admin.id, name: 'Ada' },
    });
    const [event] = await store.inTeam(teamId, (tx) =>
      AuditEvent.query(tx).where({ teamId, action: 'team.approve_invite' }),
    );
    expect(event?.actor).toMatchObject({ userId: bo.id, onBehalfOf: admin.id });
    expect((await view(id))?.timeline.at(-1)?.data).toMatchObject({ onBehalfOf: admin.id });
  });

  it('holds in its time alone, and as long as whoever handed over is an Admin (INVITE-3, INVITE-9)', async () => {
    const super2 = await worldOf(store).member(teamId, ['super_admin']);
    await hand(world.admin, bo, { from: later(1_000), until: later(2_000) });
    const [early, first, last, late, demoted] = [
      await ask(),
      await ask(),
      await ask(),
      await ask(),
      await ask(),
    ];
    expect(await refusalOf(decide(bo, early, later(999)))).toBe('not_found');
    expect(await waitingFor(bo, later(999))).toEqual([]);
    expect(await decide(bo, first, later(1_000))).toBe('approved');
    expect(await decide(bo, last, later(1_999))).toBe('approved');
    expect(await refusalOf(decide(bo, late, later(2_000)))).toBe('not_found');
    const attempt = await attemptOf(store, {
      ...{ teamId, approvalId: demoted, userId: bo.id, verdict: 'approve', asOf: later(1_500) },
    });
    await changeMemberRoles(store, byPerson(super2.id), {
      teamId,
      userId: world.admin.id,
      roles: ['developer'],
    });
    const { outcome } = await decideApproval(store, { attemptId: attempt, asOf: later(1_500) });
    expect(outcome).toBe('not_an_approver');
  });

  it('never where the delegate asked or is invited, nor for whoever did (INVITE-3, INVITE-9)', async () => {
    await worldOf(store).elementRole(world.element, bo.id, 'viewer');
    await hand(world.admin, bo);
    const own = await ask(bo);
    expect(await decide(bo, own)).toBe('self_approval');
    expect(await waitingFor(bo)).toEqual([]);
    expect((await view(own))?.approvers.map(({ name }) => name)).toEqual(['Ada']);
    // An Admin who joined in asking for somebody has no delegate for it either.
    const theirs = await ask(world.sharer);
    await store.inTeam(teamId, (tx) =>
      tx('approval_grants').where({ approval_id: theirs }).update({ requester_id: world.admin.id }),
    );
    expect(await decide(bo, theirs)).toBe('self_approval');
    expect(await waitingFor(bo)).toEqual([]);
    expect((await view(theirs))?.approvers).toEqual([]);
  });

  it('counts the delegate and whoever handed over once together, whoever is first (INVITE-6, INVITE-9)', async () => {
    await make({ policy: { approvalsRequired: 2 } });
    const cy = await worldOf(store).member(teamId, ['admin'], { name: 'Cy' });
    await hand(world.admin, bo);
    const [id, other] = [await ask(), await ask()];
    expect(await decide(bo, id)).toBe('recorded');
    expect(await decide(world.admin, id)).toBe('already_approved_by_you');
    expect(await decide(bo, id)).toBe('already_approved_by_you');
    expect(await decide(cy, id)).toBe('approved');
    expect((await view(id))?.approvals.given).toMatchObject([
      { userId: bo.id, onBehalfOf: { userId: world.admin.id } },
      { userId: cy.id },
    ]);
    expect(await decide(world.admin, other)).toBe('recorded');
    expect(await decide(bo, other)).toBe('already_approved_by_you');
    const voices = await store.inTeam(teamId, (tx) => ApprovalVoice.query(tx).where({ approvalId: id }));
    expect(voices.map(({ userId }) => userId).sort()).toEqual([bo.id, cy.id, world.admin.id].sort());
  });

  it('refuses guests, strangers, oneself, who is no Admin, and a time that is none (INVITE-9)', async () => {
    const guest = await worldOf(store).member(teamId, ['guest']);
    const stranger = await worldOf(store).user();
    for (const to of [guest, stranger, world.admin]) {
      expect(await refusalOf(hand(world.admin, to))).toBe('not_delegable');
    }
    expect(await refusalOf(hand(world.sharer, bo))).toBe('forbidden');
    expect(await refusalOf(hand(stranger, bo))).toBe('not_found');
    expect(await refusalOf(hand(world.admin, bo, { until: start }))).toBe('invalid_request');
    expect(await refusalOf(hand(world.admin, bo, { from: later(-9), until: later(-1) }))).toBe(
      'invalid_request',
    );
  });

  it('makes neither chains nor cycles, also past the operation (INVITE-9)', async () => {
    const cy = await worldOf(store).member(teamId, ['admin']);
    await hand(world.admin, cy);
    expect(await refusalOf(hand(cy, world.admin))).toBe('delegation_cycle');
    expect(await refusalOf(hand(cy, bo))).toBe('delegation_cycle');
    const row = { teamId, validFrom: start, validUntil: later(1), createdAt: start };
    const past = store.inTeam(teamId, (tx) =>
      Delegation.query(tx).insert({ ...row, id: uuid(), delegatorId: cy.id, delegateId: bo.id }),
    );
    await expect(past).rejects.toThrow(/chain/);
    await hand(cy, world.admin, { from: later(HOUR_MS), until: later(2 * HOUR_MS) });
  });

  it('ends when it is taken back, and with either membership (INVITE-9, TEAM-8)', async () => {
    const cy = await worldOf(store).member(teamId, ['admin']);
    const { delegation } = await hand(world.admin, bo);
    expect(await refusalOf(endDelegation(store, byPerson(cy.id), { id: delegation.id, teamId }))).toBe(
      'not_found',
    );
    const id = await ask();
    await endDelegation(store, byPerson(world.admin.id), { id: delegation.id, teamId });
    expect(await refusalOf(decide(bo, id))).toBe('not_found');
    await hand(cy, bo);
    await removeMember(store, byPerson(world.admin.id), { id: uuid(), teamId, userId: bo.id });
    await worldOf(store).join(teamId, bo.id, ['billing']);
    expect(await waitingFor(bo)).toEqual([]);
  });

  it('of two that cross at once, in fifty rounds, exactly one is made (INVITE-9)', async () => {
    const cy = await worldOf(store).member(teamId, ['admin']);
    for (let round = 0; round < 50; round += 1) {
      const time = { from: later(round * 10), until: later(round * 10 + 9) };
      const crossing = await Promise.allSettled([hand(world.admin, cy, time), hand(cy, world.admin, time)]);
      const refused = crossing.filter(({ status }) => status === 'rejected');
      expect(refused).toMatchObject([{ reason: { code: 'delegation_cycle' } }]);
    }
    const made = await store.inTeam(teamId, (tx) => Delegation.query(tx).where({ teamId }));
    expect(made).toHaveLength(50);
  }, 60_000);

  it('gives one voice to a delegate and an Admin who approve at once, in fifty rounds (INVITE-6, INVITE-9)', async () => {
    await make({ policy: { approvalsRequired: 2 }, seats: 200 });
    await hand(world.admin, bo);
    for (let round = 0; round < 50; round += 1) {
      const id = await ask();
      const outcomes = await Promise.all([decide(bo, id), decide(world.admin, id)]);
      expect([...outcomes].sort()).toEqual(['already_approved_by_you', 'recorded']);
    }
  }, 60_000);

  it('keeps its word against being taken back at the same moment, in fifty rounds (INVITE-9)', async () => {
    await make({ seats: 200 });
    for (let round = 0; round < 50; round += 1) {
      const { delegation } = await hand(world.admin, bo);
      const approvalId = await ask();
      const attemptId = await attemptOf(store, {
        ...{ teamId, approvalId, userId: bo.id, verdict: 'approve', asOf: later(1) },
      });
      const [{ outcome }] = await Promise.all([
        decideApproval(store, { attemptId, asOf: later(1) }),
        endDelegation(store, byPerson(world.admin.id), { id: delegation.id, teamId }),
      ]);
      expect(['approved', 'not_an_approver']).toContain(outcome);
      expect((await view(approvalId))?.state).toBe(outcome === 'approved' ? 'approved' : 'pending');
    }
  }, 60_000);
});
