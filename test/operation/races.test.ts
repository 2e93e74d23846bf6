import { v7 as uuid } from 'uuid';
import { decideApproval } from '../../operations/decide-approval';
import { expireApproval } from '../../operations/expire-approval';
import { recordAttempt } from '../../operations/record-attempt';
import { shareElement } from '../../operations/share-element';
import { withdrawApproval } from '../../operations/withdraw-approval';
import type { Verdict } from '../../domain/approval';
import { Approval, ApprovalAttempt, ApprovalGrant, AuditEvent, type User } from '../../store/models';
import { openTestStore, type TestStore } from '../support/database';
import { byPerson, worldOf } from '../support/world';
import { requestOf, sharingWorld, shareWith, type SharingWorld } from '../support/sharing-world';

const ROUNDS = 50;
/** Fifty rounds of some ten transactions, each up to 200 ms on a busy machine. A stall fails sooner, by its statement. */
jest.setTimeout(120_000);

// Fifty rounds of several transactions each take a few seconds, and many times that on a machine that is busy.
jest.setTimeout(60_000);

describe('races on real Postgres', () => {
  let store: TestStore;

  beforeAll(async () => {
    store = await openTestStore();
  });
  afterAll(() => store.close());

  const attempt = async (world: SharingWorld, approvalId: string, by: User, verdict: Verdict) => {
    const attemptId = uuid();
    const { id: teamId } = world.team;
    await recordAttempt(store, byPerson(by.id), {
      ...{
        attemptId,
        approvalId,
        teamId,
        verdict,
        reason: 'raced',
        grantRole: null,
        revision: null,
        via: 'api',
      },
    });
    return attemptId;
  };
  const stateOf = (world: SharingWorld, id: string) =>
    store.inTeam(world.team.id, (tx) => Approval.query(tx).findById(id).throwIfNotFound());
  const pending = async (world: SharingWorld) =>
    requestOf(
      await shareWith(
        store,
        world,
        { email: `x-${uuid()}@partner.test`, role: 'viewer' },
        { asOf: new Date() },
      ),
    );

  it('of fifty decisions at once, by several Admins either way, one takes effect (INVITE-4)', async () => {
    const world = await sharingWorld(store, { seats: 50 });
    const admins = [
      world.admin,
      await worldOf(store).member(world.team.id, ['admin']),
      await worldOf(store).member(world.team.id, ['admin']),
    ];
    const id = await pending(world);
    const attempts = await Promise.all(
      Array.from({ length: 50 }, (_, nth) =>
        attempt(world, id, admins[nth % 3] ?? world.admin, nth % 2 === 0 ? 'approve' : 'deny'),
      ),
    );
    const outcomes = await Promise.all(
      attempts.map((attemptId) => decideApproval(store, { attemptId, asOf: new Date() })),
    );
    expect(outcomes.filter(({ outcome }) => outcome === 'approved' || outcome === 'denied')).toHaveLength(1);
    expect(outcomes.filter(({ outcome }) => outcome === 'already_decided')).toHaveLength(49);
    const again = await Promise.all(
      attempts.map((attemptId) => decideApproval(store, { attemptId, asOf: new Date() })),
    );
    expect(again.map(({ outcome }) => outcome)).toEqual(outcomes.map(({ outcome }) => outcome));
    const events = await store.inTeam(world.team.id, (tx) =>
      AuditEvent.query(tx)
        .where({ targetId: id })
        .whereIn('action', ['team.approve_invite', 'team.reject_invite']),
    );
    expect(events).toHaveLength(1);
  });

  it(`approve, deny, withdraw and expire at once have one outcome, ${ROUNDS} times (INVITE-4, INVITE-7, INVITE-8)`, async () => {
    const world = await sharingWorld(store, { seats: 500, policy: { approvalExpiry: 'PT1S' } });
    const { id: teamId } = world.team;
    for (let round = 0; round < ROUNDS; round += 1) {
      const approvalId = await pending(world);
      const [approving, denying] = [
        await attempt(world, approvalId, world.admin, 'approve'),
        await attempt(world, approvalId, world.admin, 'deny'),
      ];
      const { expiresAt } = await stateOf(world, approvalId);
      const before = new Date(expiresAt.getTime() - 1);
      const [approved, denied, withdrawn, expired] = await Promise.all([
        decideApproval(store, { attemptId: approving, asOf: before }),
        decideApproval(store, { attemptId: denying, asOf: before }),
        withdrawApproval(store, byPerson(world.sharer.id, before), { approvalId, teamId }),
        expireApproval(store, { approvalId, teamId, asOf: expiresAt }),
      ]);
      const won = [
        approved.outcome === 'approved',
        denied.outcome === 'denied',
        withdrawn === 'withdrawn',
        expired,
      ];
      expect(won.filter(Boolean)).toHaveLength(1);
      const { state } = await stateOf(world, approvalId);
      expect(state).toBe((['approved', 'denied', 'withdrawn', 'expired'] as const)[won.indexOf(true)]);
    }
  });

  it(`shares at once for one new person give one request with all grants, ${ROUNDS} times (INVITE-10)`, async () => {
    const world = await sharingWorld(store, { seats: 500 });
    const other = await worldOf(store).element(world.workspace, { name: 'Stock' });
    for (let round = 0; round < ROUNDS; round += 1) {
      const email = `new-${uuid()}@partner.test`;
      const share = (elementId: string) =>
        shareElement(store, byPerson(world.sharer.id), {
          shareId: uuid(),
          elementId,
          teamId: world.team.id,
          recipients: [{ email }],
        });
      const [one, two] = await Promise.all([share(world.element.id), share(other.id)]);
      expect(requestOf(one)).toBe(requestOf(two));
      const grants = await store.inTeam(world.team.id, (tx) =>
        ApprovalGrant.query(tx).where({ approvalId: requestOf(one) }),
      );
      expect(grants).toHaveLength(2);
      expect((await stateOf(world, requestOf(one))).revision).toBe(2);
    }
  });

  it('attempts that are written while others decide wait for nobody in a circle (INVITE-4)', async () => {
    const world = await sharingWorld(store, { seats: 500 });
    const work: Promise<unknown>[] = [];
    for (let nth = 0; nth < ROUNDS; nth += 1) {
      const id = await pending(world);
      for (const verdict of ['approve', 'deny', 'approve'] as const) {
        work.push(
          attempt(world, id, world.admin, verdict).then((attemptId) =>
            decideApproval(store, { attemptId, asOf: new Date() }),
          ),
        );
      }
    }
    await Promise.all(work);
    const settled = await store.inTeam(world.team.id, (tx) =>
      ApprovalAttempt.query(tx).where({ teamId: world.team.id }).whereNull('outcome'),
    );
    expect(settled).toEqual([]);
  });
});
