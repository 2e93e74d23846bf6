import { v7 as uuid } from 'uuid';
import { seatsTaken } from '../../domain/seats';
import { acceptInvitation } from '../../operations/accept-invitation';
import { decideApproval } from '../../operations/decide-approval';
import { cancelInvitation } from '../../operations/manage-invitation';
import { expireInvitation, invitationSent } from '../../operations/send-invitation';
import { shareElement } from '../../operations/share-element';
import { Approval, ApprovalGrant, ElementRoleRow, Invitation, Team, type User } from '../../store/models';
import { seatSituation } from '../../store/queries/seats';
import { attemptOf } from '../support/attempts';
import { openTestStore, type TestStore } from '../support/database';
import { requestOf, sharingWorld, type SharingWorld } from '../support/sharing-world';
import { byPerson, worldOf } from '../support/world';

const ROUNDS = 50;
/** Fifty rounds of some ten transactions, each up to 200 ms on a busy machine. A stall fails sooner, by its statement. */
jest.setTimeout(120_000);

// Fifty rounds of several transactions each take a few seconds, and many times that on a machine that is busy.
jest.setTimeout(60_000);

describe('races around invitations on real Postgres', () => {
  let store: TestStore;
  let world: SharingWorld;
  let teamId: string;

  beforeAll(async () => {
    store = await openTestStore();
  });
  afterAll(() => store.close());
  const begin = async (seats: number) => {
    world = await sharingWorld(store, { seats });
    teamId = world.team.id;
  };

  const inTeam = <T>(work: Parameters<typeof store.inTeam<T>>[1]) => store.inTeam(teamId, work);
  const share = (by: User, email: string, elementId = world.element.id) =>
    shareElement(store, byPerson(by.id), { shareId: uuid(), elementId, teamId, recipients: [{ email }] });
  const at = (approvalId: string, asOf = new Date()) => ({ approvalId, teamId, asOf });
  const invite = async (email: string) => {
    const id = requestOf(await share(world.admin, email));
    await invitationSent(store, { ...at(id), mailing: 1 });
    return id;
  };
  const attempt = (approvalId: string, revision?: number) =>
    attemptOf(store, {
      ...{ teamId, approvalId, userId: world.admin.id, verdict: 'approve' },
      ...(revision === undefined ? {} : { revision }),
    });
  const decide = async (attemptId: string) =>
    (await decideApproval(store, { attemptId, asOf: new Date() })).outcome;
  const accept = (invitationId: string, by: User, asOf = new Date()) =>
    acceptInvitation(store, byPerson(by.id, asOf), { invitationId, teamId });
  const cancel = (invitationId: string) =>
    cancelInvitation(store, byPerson(world.admin.id), { invitationId, teamId });
  const row = (id: string) => inTeam((tx) => Invitation.query(tx).findById(id).throwIfNotFound());
  const taken = () =>
    inTeam(async (tx) => {
      const team = await Team.query(tx).findById(teamId).throwIfNotFound();
      const { members, reserved } = await seatSituation(tx, team);
      return seatsTaken({
        seat: members.seat + reserved.seat,
        support: members.support + reserved.support,
      });
    });

  it(`accept, take back and expire at once have one outcome, ${ROUNDS} times (INVITE-11, TEAM-4)`, async () => {
    await begin(500);
    for (let round = 0; round < ROUNDS; round += 1) {
      const zoe = await worldOf(store).user();
      const id = await invite(zoe.email);
      const end = (await row(id)).expiresAt ?? new Date(0);
      const [accepted, cancelled, expired] = await Promise.all([
        accept(id, zoe, new Date(end.getTime() - 1)),
        cancel(id),
        expireInvitation(store, at(id, end)),
      ]);
      const won = [accepted === 'accepted', cancelled === 'cancelled', expired];
      expect(won.filter(Boolean)).toHaveLength(1);
      const after = await row(id);
      expect(after.state).toBe((['accepted', 'cancelled', 'expired'] as const)[won.indexOf(true)]);
      expect(after.holdsSeat).toBe(false);
    }
  });

  it(`a further request and the approval of what stood before never mix, ${ROUNDS} times (INVITE-4, INVITE-10)`, async () => {
    await begin(500);
    const other = await worldOf(store).element(world.workspace, { name: 'Stock' });
    for (let round = 0; round < ROUNDS; round += 1) {
      const email = `x-${uuid()}@partner.test`;
      const id = requestOf(await share(world.sharer, email));
      const attemptId = await attempt(id, 1);
      const [outcome, further] = await Promise.all([decide(attemptId), share(world.sharer, email, other.id)]);
      const grants = await inTeam((tx) => ApprovalGrant.query(tx).where({ approvalId: id }).resultSize());
      const { state } = await inTeam((tx) => Approval.query(tx).findById(id).throwIfNotFound());
      const isMerged = requestOf(further) === id;
      expect([outcome, state, grants]).toEqual(
        isMerged ? ['stale_revision', 'pending', 2] : ['approved', 'approved', 1],
      );
    }
  });

  it(`an approval beside an acceptance brings its role and no second seat, ${ROUNDS} times (INVITE-10, TEAM-3)`, async () => {
    await begin(500);
    const other = await worldOf(store).element(world.workspace, { name: 'Stock' });
    const before = await taken();
    for (let round = 0; round < ROUNDS; round += 1) {
      const zoe = await worldOf(store).user();
      const carrier = await invite(zoe.email);
      const further = requestOf(await share(world.sharer, zoe.email, other.id));
      const attemptId = await attempt(further);
      expect(await Promise.all([accept(carrier, zoe), decide(attemptId)])).toEqual(['accepted', 'approved']);
      const roles = await inTeam((tx) => ElementRoleRow.query(tx).where({ userId: zoe.id }).resultSize());
      expect([roles, (await row(further)).state]).toEqual([2, 'accepted']);
    }
    expect(await taken()).toBe(before + ROUNDS);
  });
});
