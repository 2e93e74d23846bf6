import { v7 as uuid } from 'uuid';
import { acceptInvitation } from '../../operations/accept-invitation';
import { addMember } from '../../operations/add-member';
import { changeElementRoles } from '../../operations/change-element-roles';
import { changeMemberRoles } from '../../operations/change-member-roles';
import { requestAccess } from '../../operations/request-access';
import { invitationSent } from '../../operations/send-invitation';
import { shareElement } from '../../operations/share-element';
import {
  Approval,
  ApprovalEvent,
  ElementRoleRow,
  Invitation,
  Member,
  Team,
  type User,
} from '../../store/models';
import { verifyAudit } from '../../store/queries/audit-log';
import { withSeats } from '../../store/queries/teams';
import { decideNow } from '../support/attempts';
import { openTestStore, type TestStore } from '../support/database';
import { refusal } from '../support/refusals';
import { requestOf, sharingWorld, type SharingWorld } from '../support/sharing-world';
import { byPerson, worldOf } from '../support/world';

describe('somebody who is added to the team while an invitation is open for them', () => {
  let store: TestStore;
  let world: SharingWorld;
  let teamId: string;
  let zoe: User;
  let id: string;

  beforeAll(async () => {
    store = await openTestStore();
  });
  afterAll(() => store.close());
  beforeEach(async () => {
    // Ada, Sam, and the seat that Zoe's invitation holds: the team is full.
    world = await sharingWorld(store, { seats: 3 });
    teamId = world.team.id;
    zoe = await worldOf(store).user({ name: 'Zoe' });
    await worldOf(store).elementRole(world.element, world.admin.id, 'editor');
    id = requestOf(await share('editor'));
    await invitationSent(store, { approvalId: id, teamId, asOf: new Date(), mailing: 1 });
  });

  const inTeam = <T>(work: Parameters<typeof store.inTeam<T>>[1]) => store.inTeam(teamId, work);
  const share = (role: 'viewer' | 'editor', elementId = world.element.id, by: User = world.admin) =>
    shareElement(store, byPerson(by.id), {
      ...{ shareId: uuid(), elementId, teamId, recipients: [{ email: zoe.email, role }] },
    });
  const add = (roles: ('developer' | 'billing')[] = ['developer']) =>
    addMember(store, byPerson(world.admin.id), { id: uuid(), teamId, email: zoe.email, name: 'Z', roles });
  const accept = () => acceptInvitation(store, byPerson(zoe.id), { invitationId: id, teamId });
  const row = (invitationId = id) =>
    inTeam((tx) => Invitation.query(tx).findById(invitationId).throwIfNotFound());
  const roleOn = async (elementId = world.element.id) =>
    (await inTeam((tx) => ElementRoleRow.query(tx).findOne({ elementId, userId: zoe.id })))?.role;
  const seats = () =>
    inTeam(
      async (tx) => (await withSeats(tx, await Team.query(tx).findById(teamId).throwIfNotFound())).seats,
    );

  it('takes the seat that was held for them, has what was granted, and ends the invitation (INVITE-11, TEAM-4)', async () => {
    expect(await seats()).toMatchObject({ seatsUsed: 2, seatsReserved: 1, seatsFree: 0 });
    const { member, changedApprovals } = await add();
    expect(member.roles).toEqual(['developer']);
    expect(await seats()).toMatchObject({ seatsUsed: 3, seatsReserved: 0, seatsFree: 0 });
    expect(await roleOn()).toBe('editor');
    expect(await row()).toMatchObject({ state: 'accepted', holdsSeat: false, acceptedBy: zoe.id });
    expect(await accept()).toBe('already_accepted');
    // The run hears of it, also when the call after the commit is lost.
    expect(changedApprovals).toEqual([id]);
    const told = await inTeam((tx) => Approval.query(tx).findById(id).throwIfNotFound());
    expect(told.untoldSince).toBeInstanceOf(Date);
    const line = await inTeam((tx) => ApprovalEvent.query(tx).findOne({ approvalId: id, type: 'accepted' }));
    expect(line).toMatchObject({ userId: world.admin.id, data: { added: true } });
    expect(await verifyAudit(store, teamId)).toMatchObject({ ok: true });
  });

  it('gives a seat back that their roles do not take, to who waits for one (INVITE-2)', async () => {
    const yan = await worldOf(store).user({ name: 'Yan' });
    await inTeam((tx) => Team.query(tx).findById(teamId).patch({ seats: 4 }));
    const shared = await shareElement(store, byPerson(world.admin.id), {
      ...{ shareId: uuid(), elementId: world.element.id, teamId, recipients: [{ email: yan.email }] },
    });
    const waiting = requestOf(shared);
    await inTeam((tx) => Team.query(tx).findById(teamId).patch({ seats: 3 }));
    await invitationSent(store, { approvalId: waiting, teamId, asOf: new Date(), mailing: 1 });
    const accepted = acceptInvitation(store, byPerson(yan.id), { invitationId: waiting, teamId });
    expect(await accepted).toBe('no_seats');
    const { changedApprovals } = await add(['billing']);
    expect(await row(waiting)).toMatchObject({ state: 'sending', holdsSeat: true });
    expect(changedApprovals).toEqual([id, waiting]);
  });

  it('has what rode on the invitation, too; what still waits for a decision goes on (INVITE-10)', async () => {
    const workspace = await worldOf(store).workspace(teamId);
    const [second, third] = [
      await worldOf(store).element(workspace, { name: 'Payments' }),
      await worldOf(store).element(workspace, { name: 'Refunds' }),
    ];
    await worldOf(store).elementRole(second, world.admin.id, 'editor');
    await worldOf(store).elementRole(third, world.sharer.id, 'editor');
    const rider = requestOf(await share('viewer', second.id));
    const pending = requestOf(await share('viewer', third.id, world.sharer));
    await add();
    expect(await roleOn(second.id)).toBe('viewer');
    expect(await row(rider)).toMatchObject({ state: 'accepted' });
    expect(await roleOn(third.id)).toBeUndefined();
    const waits = await inTeam((tx) => Approval.query(tx).findById(pending).throwIfNotFound());
    expect(waits.state).toBe('pending');
  });

  it('as a guest whose promotion is approved holds one seat, in a full team (GUEST-6)', async () => {
    await worldOf(store).join(teamId, zoe.id, ['guest']);
    await worldOf(store).elementRole(world.element, zoe.id, 'guest_viewer');
    const wish = { id: uuid(), elementId: world.element.id, teamId, note: null };
    const approvalId = await requestAccess(store, byPerson(zoe.id), wish);
    const by = { teamId, approvalId, userId: world.admin.id, verdict: 'approve' } as const;
    expect(await decideNow(store, by)).toBe('approved');
    await expectOneSeat();
  });

  it('as a guest whom an Editor promotes by hand holds one seat, in a full team (GUEST-6)', async () => {
    await worldOf(store).join(teamId, zoe.id, ['guest']);
    await worldOf(store).elementRole(world.element, zoe.id, 'guest_viewer');
    await changeElementRoles(store, byPerson(world.admin.id), {
      ...{ id: uuid(), elementId: world.element.id, teamId, remove: [] },
      set: [{ userId: zoe.id, role: 'editor' }],
    });
    await expectOneSeat();
  });

  async function expectOneSeat(): Promise<void> {
    expect(await seats()).toMatchObject({ seatsUsed: 3, seatsReserved: 0, seatsFree: 0 });
    expect(await row()).toMatchObject({ state: 'accepted', holdsSeat: false, acceptedBy: zoe.id });
    expect(await roleOn()).toBe('editor');
    // The run hears of it by the row.
    const told = await inTeam((tx) => Approval.query(tx).findById(id).throwIfNotFound());
    expect(told.untoldSince).toBeInstanceOf(Date);
    expect(await verifyAudit(store, teamId)).toMatchObject({ ok: true });
  }

  it('as a guest who is converted is treated the same (GUEST-6)', async () => {
    await worldOf(store).join(teamId, zoe.id, ['guest']);
    await changeMemberRoles(store, byPerson(world.admin.id), {
      ...{ teamId, userId: zoe.id, roles: ['developer'], ofGuest: true },
    });
    expect(await row()).toMatchObject({ state: 'accepted', holdsSeat: false });
    expect(await roleOn()).toBe('editor');
    expect(await seats()).toMatchObject({ seatsUsed: 3, seatsReserved: 0 });
  });

  it('is not let in by an invitation whose time was up (INVITE-11)', async () => {
    await inTeam((tx) =>
      Invitation.query(tx)
        .findById(id)
        .patch({ expiresAt: new Date(0) }),
    );
    await inTeam((tx) => Team.query(tx).findById(teamId).patch({ seats: 4 }));
    await add();
    expect(await roleOn()).toBeUndefined();
    expect(await row()).toMatchObject({ state: 'sent' });
  });

  it('at the very moment that they accept joins once, on one seat (TEAM-3)', async () => {
    for (let round = 0; round < 5; round += 1) {
      const [added, accepted] = await Promise.allSettled([add(), accept()]);
      expect(await seats()).toMatchObject({ seatsUsed: 3, seatsReserved: 0 });
      expect(await row()).toMatchObject({ state: 'accepted', acceptedBy: zoe.id });
      expect(await roleOn()).toBe('editor');
      if (added.status === 'fulfilled') expect(accepted).toMatchObject({ value: 'already_accepted' });
      else {
        expect(accepted).toMatchObject({ value: 'accepted' });
        expect((await refusal(Promise.reject(added.reason as Error))).code).toBe('already_exists');
      }
      // Anew, with whichever came first.
      await inTeam(async (tx) => {
        await ElementRoleRow.query(tx).where({ userId: zoe.id }).delete();
        await Member.query(tx).deleteById([teamId, zoe.id]);
        const open = {
          state: 'sent',
          holdsSeat: true,
          acceptedAt: null,
          acceptedBy: null,
          endedAt: null,
        } as const;
        await Invitation.query(tx).findById(id).patch(open);
      });
    }
  });
});
