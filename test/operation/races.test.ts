import { v7 as uuid } from 'uuid';
import { acceptInvitation } from '../../operations/accept-invitation';
import { decideApproval } from '../../operations/decide-approval';
import { expireApproval } from '../../operations/expire-approval';
import { recordAttempt } from '../../operations/record-attempt';
import { invitationSent } from '../../operations/send-invitation';
import { shareElement } from '../../operations/share-element';
import { withdrawApproval } from '../../operations/withdraw-approval';
import type { Verdict } from '../../domain/approval';
import {
  Approval,
  ApprovalAttempt,
  ApprovalGrant,
  AuditEvent,
  Invitation,
  Member,
  type User,
} from '../../store/models';
import { openTestStore, type TestStore } from '../support/database';
import { byPerson, worldOf } from '../support/world';
import { requestOf, sharingWorld, shareWith, type SharingWorld } from '../support/sharing-world';

const ROUNDS = 50;

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

  it('fifty approvals for five seats give five, and the rest stay pending (INVITE-2, TEAM-3, TEAM-4)', async () => {
    // The Super Admin and the Developer take a seat each.
    const world = await sharingWorld(store, { seats: 7 });
    const ids = [];
    for (let nth = 0; nth < 50; nth += 1) ids.push(await pending(world));
    const attempts = await Promise.all(ids.map((id) => attempt(world, id, world.admin, 'approve')));
    const outcomes = await Promise.all(
      attempts.map((attemptId) => decideApproval(store, { attemptId, asOf: new Date() })),
    );
    expect(outcomes.filter(({ outcome }) => outcome === 'approved')).toHaveLength(5);
    expect(outcomes.filter(({ outcome }) => outcome === 'no_seats')).toHaveLength(45);
    const holding = await store.inTeam(world.team.id, (tx) =>
      Invitation.query(tx).where({ teamId: world.team.id, holdsSeat: true }),
    );
    expect(holding).toHaveLength(5);
  });

  it('fifty acceptances at once for five seats let five in (TEAM-3, INVITE-2, INVITE-11)', async () => {
    const world = await sharingWorld(store, { seats: 52 });
    const { id: teamId } = world.team;
    const guests: { user: User; invitationId: string }[] = [];
    for (let nth = 0; nth < 50; nth += 1) {
      const user = await worldOf(store).user();
      const share = await shareWith(
        store,
        world,
        { email: user.email },
        { asOf: new Date(), by: world.admin },
      );
      const invitationId = requestOf(share);
      await invitationSent(store, { approvalId: invitationId, teamId, asOf: new Date() });
      guests.push({ user, invitationId });
    }
    // The plan shrinks: seats held by invitations are held no longer than there are any.
    await store.inTeam(teamId, async (tx) => {
      await Invitation.query(tx).where({ teamId }).patch({ holdsSeat: false });
      await tx('teams').where({ id: teamId }).update({ seats: 7 });
    });
    const outcomes = await Promise.all(
      guests.map(({ user, invitationId }) =>
        acceptInvitation(store, byPerson(user.id), { invitationId, teamId }),
      ),
    );
    expect(outcomes.filter((outcome) => outcome === 'accepted')).toHaveLength(5);
    expect(outcomes.filter((outcome) => outcome === 'no_seats')).toHaveLength(45);
    const members = await store.inTeam(teamId, (tx) => Member.query(tx).where({ teamId }).resultSize());
    expect(members).toBe(7);
    const waiting = await store.inTeam(teamId, (tx) =>
      Invitation.query(tx).where({ teamId, state: 'waiting_for_seat' }).resultSize(),
    );
    expect(waiting).toBe(45);
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
