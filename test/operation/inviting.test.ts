import type { Cause } from '../../domain/actor';
import { v7 as uuid } from 'uuid';
import { acceptInvitation } from '../../operations/accept-invitation';
import { cancelInvitation, resendInvitation, takeWaitingSeats } from '../../operations/manage-invitation';
import {
  expireInvitation,
  invitationFailed,
  invitationSent,
  prepareInvitationMail,
} from '../../operations/send-invitation';
import { updateTeam } from '../../operations/update-team';
import { tokenHash } from '../../operations/parts/token-secret';
import type { ShareTo } from '../../operations/share-element';
import { shareElement } from '../../operations/share-element';
import {
  Approval,
  AuditEvent,
  ElementRoleRow,
  Invitation,
  InvitationToken,
  Member,
  Team,
  type User,
  WorkspaceRoleRow,
  type Element,
} from '../../store/models';
import { withSeats } from '../../store/queries/teams';
import { wakeSeated } from '../../workers/seat-waker';
import { openTestStore, type TestStore } from '../support/database';
import { requestOf, sharingWorld, type SharingWorld } from '../support/sharing-world';
import { byPerson, worldOf } from '../support/world';

const DAY_MS = 86_400_000;

describe('an invitation', () => {
  let store: TestStore;
  let world: SharingWorld;
  let teamId: string;
  let zoe: User;

  beforeAll(async () => {
    store = await openTestStore();
  });
  afterAll(() => store.close());
  beforeEach(async () => {
    world = await sharingWorld(store, { seats: 5 });
    teamId = world.team.id;
    zoe = await worldOf(store).user({ name: 'Zoe' });
    await worldOf(store).elementRole(world.element, world.admin.id, 'editor');
  });

  const inTeam = <T>(work: Parameters<typeof store.inTeam<T>>[1]) => store.inTeam(teamId, work);
  const at = (approvalId: string, asOf = new Date()) => ({ approvalId, teamId, asOf });
  const invite = async (to: Omit<ShareTo, 'email'> = {}, element: Element = world.element) =>
    requestOf(
      await shareElement(store, byPerson(world.admin.id), {
        ...{ shareId: uuid(), elementId: element.id, teamId, message: 'For the launch' },
        recipients: [{ email: zoe.email, ...to }],
      }),
    );
  const sent = async (asOf = new Date(), to: Omit<ShareTo, 'email'> = {}) => {
    const id = await invite(to);
    await invitationSent(store, { ...at(id, asOf), mailing: 1 });
    return id;
  };
  const accept = (invitationId: string, by: User = zoe, asOf = new Date()) =>
    acceptInvitation(store, byPerson(by.id, asOf), { invitationId, teamId });
  const row = (id: string) => inTeam((tx) => Invitation.query(tx).findById(id).throwIfNotFound());
  const seats = () =>
    inTeam(
      async (tx) => (await withSeats(tx, await Team.query(tx).findById(teamId).throwIfNotFound())).seats,
    );
  const setSeats = (count: number) => inTeam((tx) => Team.query(tx).findById(teamId).patch({ seats: count }));

  it('is mailed with a link that is stored as a hash and stands in no log (INVITE-11)', async () => {
    const id = await invite();
    const mail = await prepareInvitationMail(store, at(id));
    expect(mail).toMatchObject({
      ...{ to: zoe.email, mailing: 1, requesterNames: ['Ada'], elementName: 'Orders' },
      message: 'For the launch',
    });
    const token = mail?.token ?? '';
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    const tokens = await inTeam((tx) => InvitationToken.query(tx).where({ invitationId: id }));
    expect(tokens.map(({ hash }) => hash.equals(tokenHash(token)))).toEqual([true]);
    await invitationSent(store, { ...at(id), mailing: 1 });
    const told = await inTeam((tx) => AuditEvent.query(tx).where({ teamId }));
    expect(JSON.stringify(told)).not.toContain(token);
    expect(await prepareInvitationMail(store, at(id))).toBeNull();
  });

  it('holds its seat from the approval until it ends; its time runs anew from the mail (INVITE-11, TEAM-4)', async () => {
    const id = await invite();
    expect(await seats()).toMatchObject({ seatsUsed: 2, seatsReserved: 1, seatsFree: 2 });
    expect(await row(id)).toMatchObject({ state: 'sending', expiresAt: expect.any(Date) as Date });
    const asOf = new Date(Date.now() + DAY_MS);
    expect(await invitationSent(store, { ...at(id, asOf), mailing: 1 })).toBe(true);
    expect(await row(id)).toMatchObject({
      ...{ state: 'sent', sentAt: asOf, expiresAt: new Date(asOf.getTime() + 30 * DAY_MS) },
    });
    expect(await invitationSent(store, { ...at(id), mailing: 1 })).toBe(false);
    expect(await accept(id)).toBe('accepted');
    expect(await seats()).toMatchObject({ seatsUsed: 3, seatsReserved: 0, seatsFree: 2 });
  });

  it('shows that its mail fails, keeps its seat, and is sent when the mail works again (INVITE-11)', async () => {
    const id = await invite();
    await invitationFailed(store, at(id));
    expect(await row(id)).toMatchObject({ state: 'failed', holdsSeat: true });
    expect(await prepareInvitationMail(store, at(id))).not.toBeNull();
    expect(await invitationSent(store, { ...at(id), mailing: 1 })).toBe(true);
    await invitationFailed(store, at(id));
    expect(await row(id)).toMatchObject({ state: 'sent' });
  });

  it('brings the person in with the team role and the roles on element and private workspace (INVITE-11, SHARE-5)', async () => {
    const hidden = await worldOf(store).workspace(teamId, 'private');
    const element = await worldOf(store).element(hidden);
    await worldOf(store).workspaceRole(hidden, world.admin.id, 'admin');
    const id = await invite({ teamRole: 'billing', role: 'editor' }, element);
    await invitationSent(store, { ...at(id), mailing: 1 });
    expect(await accept(id)).toBe('accepted');
    const userId = zoe.id;
    expect(await inTeam((tx) => Member.query(tx).findById([teamId, userId]))).toMatchObject({
      roles: ['billing'],
    });
    expect(await inTeam((tx) => ElementRoleRow.query(tx).where({ userId }))).toMatchObject([
      { elementId: element.id, role: 'editor' },
    ]);
    expect(await inTeam((tx) => WorkspaceRoleRow.query(tx).where({ userId }))).toMatchObject([
      { workspaceId: hidden.id, role: 'viewer' },
    ]);
    expect(await inTeam((tx) => Approval.query(tx).findById(id))).toMatchObject({ subjectUserId: userId });
    expect(await accept(id)).toBe('already_accepted');
  });

  it('makes a guest a member, who keeps what they have (INVITE-11)', async () => {
    await worldOf(store).join(teamId, zoe.id, ['guest']);
    await worldOf(store).elementRole(world.element, zoe.id, 'guest_viewer');
    const id = await sent(new Date(), { role: 'viewer' });
    expect(await accept(id)).toBe('accepted');
    expect(await inTeam((tx) => Member.query(tx).findById([teamId, zoe.id]))).toMatchObject({
      roles: ['developer'],
    });
    expect(await inTeam((tx) => ElementRoleRow.query(tx).where({ userId: zoe.id }))).toMatchObject([
      { role: 'viewer' },
    ]);
  });

  it('passes over an element that went away meanwhile, and still lets the person in (INVITE-11)', async () => {
    const id = await sent();
    await inTeam((tx) => tx('elements').where({ id: world.element.id }).update({ deleted_at: new Date() }));
    expect(await accept(id)).toBe('accepted');
    expect(await inTeam((tx) => ElementRoleRow.query(tx).where({ userId: zoe.id }))).toEqual([]);
  });

  it('is for the account of its address alone (INVITE-11)', async () => {
    const id = await sent();
    expect(await accept(id, await worldOf(store).user())).toBe('wrong_account');
    expect(await accept(uuid())).toBe('wrong_account');
    expect(await row(id)).toMatchObject({ state: 'sent', holdsSeat: true });
  });

  it('can be accepted one millisecond before its end and not at it, and expires then (INVITE-11, TEAM-4)', async () => {
    const early = await sent();
    const end = (await row(early)).expiresAt ?? new Date(0);
    const before = new Date(end.getTime() - 1);
    expect(await expireInvitation(store, at(early, before))).toBe(false);
    expect(await accept(early, zoe, end)).toBe('expired');
    expect(await expireInvitation(store, at(early, end))).toBe(true);
    expect(await expireInvitation(store, at(early, end))).toBe(false);
    expect(await seats()).toMatchObject({ seatsReserved: 0 });
    expect(await accept(early)).toBe('expired');
    const second = await sent();
    const secondEnd = (await row(second)).expiresAt ?? new Date(0);
    expect(await accept(second, zoe, new Date(secondEnd.getTime() - 1))).toBe('accepted');
    expect(await expireInvitation(store, at(second, secondEnd))).toBe(false);
  });

  it('is taken back by who asked or a Team Admin: the link ends and the seat is free (INVITE-11, TEAM-4)', async () => {
    const id = await sent();
    const by = (user: User) => cancelInvitation(store, byPerson(user.id), { invitationId: id, teamId });
    expect(await by(world.sharer)).toBe('forbidden');
    expect(await by(zoe)).toBe('forbidden');
    expect(await by(world.admin)).toBe('cancelled');
    expect(await seats()).toMatchObject({ seatsReserved: 0 });
    expect(await accept(id)).toBe('cancelled');
    expect(await by(world.admin)).toBe('cancelled');
    expect(await invitationSent(store, { ...at(id), mailing: 1 })).toBe(false);
    expect(await prepareInvitationMail(store, at(id))).toBeNull();
  });

  it('is resent under the same identity: earlier links stay good and its time starts anew (INVITE-11)', async () => {
    const id = await invite();
    const first = await prepareInvitationMail(store, at(id));
    await invitationSent(store, { ...at(id), mailing: 1 });
    const resend = (by: User) => resendInvitation(store, byPerson(by.id), { invitationId: id, teamId });
    expect(await resend(world.sharer)).toBe('forbidden');
    expect(await resend(world.admin)).toBe('sending');
    const second = await prepareInvitationMail(store, at(id));
    expect(second).toMatchObject({ mailing: 2 });
    const asOf = new Date(Date.now() + 10 * DAY_MS);
    // The mail that the resend overtook marks nothing: the second is still to go out.
    expect(await invitationSent(store, { ...at(id, asOf), mailing: 1 })).toBe(false);
    expect(await invitationSent(store, { ...at(id, asOf), mailing: 2 })).toBe(true);
    expect((await row(id)).expiresAt).toEqual(new Date(asOf.getTime() + 30 * DAY_MS));
    const tokens = await inTeam((tx) => InvitationToken.query(tx).where({ invitationId: id }));
    const hashes = tokens.map(({ hash }) => hash.toString('hex')).sort();
    const links = [first, second].map((mail) => tokenHash(mail?.token ?? '').toString('hex'));
    expect(hashes).toEqual(links.sort());
    expect(await accept(id)).toBe('accepted');
    expect(await resend(world.admin)).toBe('already_accepted');
  });

  it('has a new end from the moment it is resent, and is not resent at its end or after (INVITE-11)', async () => {
    const id = await sent();
    const end = (await row(id)).expiresAt ?? new Date(0);
    const resend = (asOf: Date) =>
      resendInvitation(store, byPerson(world.admin.id, asOf), { invitationId: id, teamId });
    expect(await resend(end)).toBe('expired');
    expect(await row(id)).toMatchObject({ state: 'sent', mailing: 1, expiresAt: end });
    expect(await resend(new Date(end.getTime() - 1))).toBe('sending');
    expect(await row(id)).toMatchObject({ state: 'sending', mailing: 2 });
    expect(await expireInvitation(store, at(id, end))).toBe(false);
    expect(await accept(id, zoe, end)).toBe('accepted');
  });

  it('has no end while it waits for a seat: its link lets in when there is one (INVITE-2, INVITE-11)', async () => {
    const id = await sent();
    await inTeam((tx) => Invitation.query(tx).findById(id).patch({ holdsSeat: false }));
    await setSeats(2);
    expect(await accept(id)).toBe('no_seats');
    expect(await row(id)).toMatchObject({ state: 'waiting_for_seat', expiresAt: null });
    const later = new Date(Date.now() + 60 * DAY_MS);
    expect(await expireInvitation(store, at(id, later))).toBe(false);
    expect(await accept(id, zoe, later)).toBe('no_seats');
    await setSeats(3);
    expect(await accept(id, zoe, later)).toBe('accepted');
  });

  it('waits for a seat when none is there, takes one that comes free, and is mailed again (INVITE-2, INVITE-11)', async () => {
    const id = await sent();
    await inTeam((tx) => Invitation.query(tx).findById(id).patch({ holdsSeat: false }));
    await setSeats(2);
    expect([await accept(id), await accept(id)]).toEqual(['no_seats', 'no_seats']);
    expect(await row(id)).toMatchObject({ state: 'waiting_for_seat', holdsSeat: false });
    const lines = await inTeam((tx) =>
      AuditEvent.query(tx).where({ targetId: id, action: 'team.invite_waits_for_seat' }),
    );
    expect(lines).toHaveLength(1);
    const resent = resendInvitation(store, byPerson(world.admin.id), { invitationId: id, teamId });
    expect(await resent).toBe('waiting_for_seat');
    expect(await takeWaitingSeats(store, at(id))).toEqual([]);
    await setSeats(3);
    expect(await takeWaitingSeats(store, at(id))).toEqual([id]);
    expect(await row(id)).toMatchObject({ state: 'sending', holdsSeat: true, mailing: 2 });
    expect(await takeWaitingSeats(store, at(id))).toEqual([]);
    await invitationSent(store, { ...at(id), mailing: 2 });
    expect(await accept(id)).toBe('accepted');
  });

  it('with a seat that its run was not told of is told again until it is mailed (INVITE-2)', async () => {
    const id = await sent();
    await setSeats(2);
    expect(await accept(id)).toBe('no_seats');
    const told: string[] = [];
    const processes = { requestChanged: (one: string) => Promise.resolve(void told.push(one)) };
    const cause = (ageMs: number): Cause => ({
      ...{ actor: { type: 'operator' }, source: 'api', requestId: null },
      asOf: new Date(store.clock.now().getTime() - ageMs),
    });
    await updateTeam(store, cause(10_000), { teamId, seats: 3 });
    expect(await row(id)).toMatchObject({ state: 'sending', holdsSeat: true });
    await wakeSeated(store, processes);
    expect(told).toEqual([id]);
    await invitationSent(store, { ...at(id), mailing: 2 });
    await wakeSeated(store, processes);
    expect(told).toEqual([id]);
  });

  it('redeems its own seat when it is the last one, and gives it back to who is in already (INVITE-2, TEAM-4)', async () => {
    const id = await sent();
    await setSeats(3);
    expect(await seats()).toMatchObject({ seatsFree: 0 });
    expect(await accept(id)).toBe('accepted');
    const mia = await worldOf(store).user();
    await setSeats(4);
    zoe = mia;
    const second = await sent();
    await worldOf(store).join(teamId, mia.id, ['developer']);
    expect(await accept(second)).toBe('accepted');
    expect(await seats()).toMatchObject({ seatsUsed: 4, seatsReserved: 0 });
  });
});
