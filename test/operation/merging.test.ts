import { v7 as uuid } from 'uuid';
import { acceptInvitation } from '../../operations/accept-invitation';
import { cancelInvitation, resendInvitation, takeWaitingSeats } from '../../operations/manage-invitation';
import { invitationFailed, invitationSent, prepareInvitationMail } from '../../operations/send-invitation';
import { shareElement, type ShareTo } from '../../operations/share-element';
import { withdrawApproval } from '../../operations/withdraw-approval';
import {
  Approval,
  ApprovalEvent,
  ApprovalGrant,
  ElementRoleRow,
  Invitation,
  type Element,
  type User,
} from '../../store/models';
import { approvalView } from '../../store/queries/approval-view';
import { decideNow } from '../support/attempts';
import { openTestStore, type TestStore } from '../support/database';
import { requestOf, sharingWorld, type SharingWorld } from '../support/sharing-world';
import { byPerson, worldOf } from '../support/world';

describe('several requests for one person in one team', () => {
  let store: TestStore;
  let world: SharingWorld;
  let other: Element;
  let colleague: User;
  let zoe: User;

  beforeAll(async () => {
    store = await openTestStore();
  });
  afterAll(() => store.close());
  beforeEach(async () => {
    world = await sharingWorld(store, { seats: 20 });
    const make = worldOf(store);
    other = await make.element(world.workspace, { name: 'Stock' });
    colleague = await make.member(world.team.id, ['developer'], { name: 'Cleo' });
    for (const person of [colleague, world.sharer, world.admin]) {
      await make.elementRole(other, person.id, 'editor');
    }
    await make.elementRole(world.element, world.admin.id, 'editor');
    await make.elementRole(world.element, colleague.id, 'editor');
    zoe = await make.user({ name: 'Zoe' });
  });

  const inTeam = <T>(work: Parameters<typeof store.inTeam<T>>[1]) => store.inTeam(world.team.id, work);
  const share = (by: User, element: Element, to: Omit<ShareTo, 'email'> | ShareTo[] = {}, asOf?: Date) =>
    shareElement(store, byPerson(by.id, asOf), {
      ...{ shareId: uuid(), elementId: element.id, teamId: world.team.id },
      recipients: Array.isArray(to) ? to : [{ email: zoe.email, ...to }],
    });
  const approval = (id: string) => inTeam((tx) => Approval.query(tx).findById(id).throwIfNotFound());
  const invitation = (id: string) => inTeam((tx) => Invitation.query(tx).findById(id));
  const decide = (approvalId: string, given: Partial<Parameters<typeof decideNow>[1]> = {}) =>
    decideNow(store, {
      ...{ teamId: world.team.id, approvalId, userId: world.admin.id, verdict: 'approve' },
      ...given,
    });
  const accept = (invitationId: string) =>
    acceptInvitation(store, byPerson(zoe.id), { invitationId, teamId: world.team.id });
  const roleOn = async (element: Element) =>
    (await inTeam((tx) => ElementRoleRow.query(tx).findOne({ elementId: element.id, userId: zoe.id })))
      ?.role ?? null;

  it('become one with all requesters and the strongest role, under a new revision (INVITE-10)', async () => {
    const id = requestOf(await share(world.sharer, world.element, { role: 'viewer' }));
    const second = await share(colleague, other, { role: 'editor' });
    expect(second.changedApprovals).toEqual([id]);
    expect(requestOf(second)).toBe(id);
    const view = await inTeam((tx) => approvalView(tx, id, new Date()));
    expect(view).toMatchObject({ revision: 2, requestedRole: 'editor', requester: { name: 'Sam' } });
    expect(view?.requesters).toMatchObject([
      { name: 'Sam', elementId: world.element.id, role: 'viewer' },
      { name: 'Cleo', elementId: other.id, role: 'editor' },
    ]);
    expect(view?.timeline.map(({ type }) => type)).toEqual(['requested', 'merged']);
  });

  it('stay as they are when the same person asks the same again (INVITE-10, INVITE-4)', async () => {
    const id = requestOf(await share(world.sharer, world.element, { teamRole: 'billing' }));
    for (const again of [{ teamRole: 'billing' }, {}] as const) {
      expect((await share(world.sharer, world.element, again)).changedApprovals).toEqual([]);
    }
    expect(await approval(id)).toMatchObject({ revision: 1, teamRole: 'billing' });
    expect(await inTeam((tx) => ApprovalEvent.query(tx).where({ approvalId: id }))).toHaveLength(1);
  });

  it('bar everybody who asked from deciding, and count no click on what stood before (INVITE-3, INVITE-4)', async () => {
    const cara = await worldOf(store).member(world.team.id, ['admin']);
    const id = requestOf(await share(world.sharer, world.element));
    await share(colleague, other);
    await inTeam((tx) =>
      tx('members')
        .where({ userId: colleague.id })
        .update({ roles: ['admin'] }),
    );
    expect(await decide(id, { userId: colleague.id })).toBe('self_approval');
    expect(await decide(id, { userId: cara.id, revision: 1 })).toBe('stale_revision');
    expect(await decide(id, { userId: cara.id, revision: 2 })).toBe('approved');
  });

  it('give each element its own role at acceptance, and none more than was granted (INVITE-5, INVITE-10, INVITE-11)', async () => {
    const id = requestOf(await share(world.sharer, world.element, { role: 'viewer' }));
    await share(colleague, other, { role: 'editor' });
    expect(await decide(id)).toBe('approved');
    expect(await accept(id)).toBe('accepted');
    expect([await roleOn(world.element), await roleOn(other)]).toEqual(['viewer', 'editor']);
  });

  it('are not merged into one whose time is up, though its timer was late: that one ends (INVITE-7, INVITE-10)', async () => {
    const id = requestOf(await share(world.sharer, world.element));
    const { expiresAt } = await approval(id);
    const just = requestOf(await share(colleague, other, {}, new Date(expiresAt.getTime() - 1)));
    expect(just).toBe(id);
    const fresh = requestOf(await share(colleague, other, { role: 'editor' }, expiresAt));
    expect(fresh).not.toBe(id);
    expect(await approval(id)).toMatchObject({ state: 'expired', revision: 2 });
    expect(await approval(fresh)).toMatchObject({ state: 'pending', revision: 1 });
    const ended = await inTeam((tx) =>
      tx('audit_events').where({ target_id: id, action: 'approval.expired' }).select('*'),
    );
    expect(ended).toHaveLength(1);
    expect(JSON.stringify(ended[0])).toContain('approval_expiry');
  });

  it('take the stronger role when one share names one person twice (SHARE-2, INVITE-10)', async () => {
    const done = await share(world.sharer, world.element, [
      { email: zoe.email, role: 'viewer' },
      { email: zoe.email, role: 'editor' },
      { email: zoe.email, role: 'viewer', teamRole: 'billing' },
    ]);
    const id = requestOf(done);
    const grants = await inTeam((tx) => ApprovalGrant.query(tx).where({ approvalId: id }));
    expect(grants.map(({ role }) => role)).toEqual(['editor']);
    expect(await decide(id)).toBe('approved');
    expect(await accept(id)).toBe('accepted');
    expect(await roleOn(world.element)).toBe('editor');
  });

  it('stay pending beside an invitation that needed no approval, which brings its own grants only (INVITE-10)', async () => {
    const pending = requestOf(await share(world.sharer, other, { role: 'editor' }));
    const direct = requestOf(await share(world.admin, world.element));
    expect(direct).not.toBe(pending);
    expect(await approval(pending)).toMatchObject({ state: 'pending', revision: 1 });
    expect(await accept(direct)).toBe('accepted');
    expect([await roleOn(world.element), await roleOn(other)]).toEqual(['viewer', null]);
    // Who has joined by then gets an ordinary share by the approval.
    expect(await decide(pending)).toBe('approved');
    expect(await roleOn(other)).toBe('editor');
    expect(await invitation(pending)).toMatchObject({ state: 'accepted', holdsSeat: false });
  });

  it('ride on an open invitation once approved, without a second seat or mail (INVITE-10, TEAM-4)', async () => {
    const carrier = requestOf(await share(world.admin, world.element));
    const rider = requestOf(await share(world.sharer, other, { role: 'editor' }));
    expect(await approval(rider)).toMatchObject({ state: 'pending' });
    await inTeam((tx) => tx('teams').where({ id: world.team.id }).update({ seats: 4 }));
    expect(await decide(rider)).toBe('approved');
    expect(await invitation(rider)).toMatchObject({ carriedBy: carrier, holdsSeat: false, state: 'sending' });
    expect(await accept(carrier)).toBe('accepted');
    expect([await roleOn(world.element), await roleOn(other)]).toEqual(['viewer', 'editor']);
    expect(await invitation(rider)).toMatchObject({ state: 'accepted', acceptedBy: zoe.id });
  });

  it('take no seat and no mail of their own while they ride (INVITE-10, TEAM-4)', async () => {
    const carrier = requestOf(await share(world.admin, world.element));
    const rider = requestOf(await share(world.sharer, other));
    await decide(rider);
    const { id: teamId } = world.team;
    const at = (approvalId: string) => ({ approvalId, teamId, asOf: new Date() });
    expect(await prepareInvitationMail(store, at(rider))).toBeNull();
    expect(await invitationSent(store, { ...at(rider), mailing: 1 })).toBe(false);
    await invitationFailed(store, at(rider));
    expect(await invitation(rider)).toMatchObject({ state: 'sending' });
    await inTeam((tx) => Invitation.query(tx).findById(carrier).patch({ holdsSeat: false }));
    await inTeam((tx) => tx('teams').where({ id: teamId }).update({ seats: 3 }));
    expect(await accept(carrier)).toBe('no_seats');
    await inTeam((tx) => tx('teams').where({ id: teamId }).update({ seats: 20 }));
    expect(await takeWaitingSeats(store, at(rider))).toEqual([carrier, rider]);
    expect(await invitation(rider)).toMatchObject({ state: 'sending', holdsSeat: false });
  });

  it('bring nothing once they were taken back, when the invitation they rode on is accepted (INVITE-10, INVITE-11)', async () => {
    const carrier = requestOf(await share(world.admin, world.element));
    const rider = requestOf(await share(world.sharer, other));
    await decide(rider);
    const { id: teamId } = world.team;
    const by = byPerson(world.sharer.id);
    expect(await cancelInvitation(store, by, { invitationId: rider, teamId })).toBe('cancelled');
    expect(await invitation(carrier)).toMatchObject({ state: 'sending', holdsSeat: true });
    expect(await accept(carrier)).toBe('accepted');
    expect(await roleOn(other)).toBeNull();
    expect(await invitation(rider)).toMatchObject({ state: 'cancelled', acceptedBy: null });
  });

  it('are resent and accepted as the invitation they ride on, while they ride on it (INVITE-10, INVITE-11)', async () => {
    const carrier = requestOf(await share(world.admin, world.element));
    const rider = requestOf(await share(world.sharer, other));
    await decide(rider);
    const { id: teamId } = world.team;
    const resend = (by: User) => resendInvitation(store, byPerson(by.id), { invitationId: rider, teamId });
    await invitationSent(store, { approvalId: carrier, teamId, asOf: new Date(), mailing: 1 });
    expect(await resend(colleague)).toBe('forbidden');
    expect(await resend(world.sharer)).toBe('sending');
    expect(await invitation(carrier)).toMatchObject({ state: 'sending', mailing: 2 });
    expect(await accept(rider)).toBe('accepted');
    expect(await invitation(carrier)).toMatchObject({ state: 'accepted', holdsSeat: false });
    expect([await roleOn(world.element), await roleOn(other)]).toEqual(['viewer', 'viewer']);
  });

  it('count for what was granted, not for what was asked, when the same is shared again (INVITE-5, INVITE-10)', async () => {
    const first = requestOf(await share(world.sharer, world.element, { role: 'editor' }));
    await decide(first, { grantRole: 'viewer' });
    expect(requestOf(await share(world.admin, world.element))).toBe(first);
    const second = requestOf(await share(world.admin, world.element, { role: 'editor' }));
    expect(second).not.toBe(first);
    expect(await accept(first)).toBe('accepted');
    expect(await roleOn(world.element)).toBe('editor');
  });

  it('lose only the part of the one who withdraws (INVITE-8, INVITE-10)', async () => {
    const id = requestOf(await share(world.sharer, world.element, { role: 'editor' }));
    await share(colleague, other, { role: 'viewer' });
    const at = { approvalId: id, teamId: world.team.id };
    expect(await withdrawApproval(store, byPerson(world.sharer.id), at)).toBe('withdrawn');
    expect(await approval(id)).toMatchObject({
      ...{ state: 'pending', revision: 3 },
      ...{ elementId: other.id, requestedRole: 'viewer' },
    });
    expect(await withdrawApproval(store, byPerson(world.sharer.id), at)).toBe('forbidden');
    expect(await withdrawApproval(store, byPerson(colleague.id), at)).toBe('withdrawn');
    expect(await approval(id)).toMatchObject({ state: 'withdrawn' });
  });
});
