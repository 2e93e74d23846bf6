import { inviteActivities } from '../../activities/invites';
import { decideApproval } from '../../operations/decide-approval';
import { acceptInvitation } from '../../operations/accept-invitation';
import { takeWaitingSeats } from '../../operations/manage-invitation';
import { recordAttempt } from '../../operations/record-attempt';
import { withdrawApproval } from '../../operations/withdraw-approval';
import { Delivery, Invitation, Team, type User } from '../../store/models';
import { v7 as uuid } from 'uuid';
import { openTestStore, type TestStore } from '../support/database';
import { playedMail, type PlayedMail } from '../support/played-mail';
import { requestOf, shareWith, sharingWorld, type SharingWorld } from '../support/sharing-world';
import { unusedProcesses } from '../support/unused-processes';
import { byPerson, worldOf } from '../support/world';

/** A worker dies after the commit and before its answer: what the operation did is there, and the step is tried again. */
describe('a step whose worker died behind the commit (OPS-10)', () => {
  let store: TestStore;
  let mailer: PlayedMail;
  let activities: ReturnType<typeof inviteActivities>;
  let team: SharingWorld;
  let invited: User;
  let id: string;
  const asOf = new Date();

  beforeAll(async () => {
    store = await openTestStore();
  });
  afterAll(() => store.close());
  beforeEach(async () => {
    mailer = playedMail();
    const deps = { store, mailer, processes: unusedProcesses, publicUrl: 'https://doorlist.test' };
    activities = inviteActivities({ ...deps, fallbackEmail: null });
    team = await sharingWorld(store, { seats: 3 });
    invited = await worldOf(store).user();
    id = requestOf(await shareWith(store, team, { email: invited.email }, { asOf }));
  });

  const teamId = () => team.team.id;
  const request = () => ({ approvalId: id, teamId: teamId(), asOf: asOf.getTime() });
  const by = (user: User) => ({ userId: user.id, via: 'web', requestId: null }) as const;
  const invitation = () =>
    store.inTeam(teamId(), (tx) => Invitation.query(tx).findById(id).throwIfNotFound());

  async function approve(): Promise<void> {
    const attemptId = uuid();
    await recordAttempt(store, byPerson(team.admin.id), {
      ...{ attemptId, approvalId: id, teamId: teamId(), verdict: 'approve', reason: null },
      ...{ grantRole: null, revision: null, via: 'api' },
    });
    await decideApproval(store, { attemptId, asOf });
  }

  it('accepts, and says so to the person who did (INVITE-11)', async () => {
    await approve();
    await activities.sendInvitation(request());
    const cause = byPerson(invited.id, asOf);
    expect(await acceptInvitation(store, cause, { invitationId: id, teamId: teamId() })).toBe('accepted');
    expect(await activities.accept(request(), by(invited))).toEqual({ outcome: 'accepted' });
    const later = { ...request(), asOf: asOf.getTime() + 1 };
    expect(await activities.accept(later, by(invited))).toEqual({ outcome: 'already_accepted' });
  });

  it('withdraws, and says so to the person who did (INVITE-8)', async () => {
    const cause = byPerson(team.sharer.id, asOf);
    expect(await withdrawApproval(store, cause, { approvalId: id, teamId: teamId() })).toBe('withdrawn');
    expect(await activities.withdraw(request(), by(team.sharer))).toEqual({ outcome: 'withdrawn' });
    const later = { ...request(), asOf: asOf.getTime() + 1 };
    expect(await activities.withdraw(later, by(team.sharer))).toEqual({ outcome: 'already_closed' });
  });

  it('takes a seat, and goes on at once instead of in an hour (INVITE-2)', async () => {
    await approve();
    await activities.sendInvitation(request());
    const seats = (count: number) =>
      store.inTeam(teamId(), (tx) => Team.query(tx).findById(teamId()).patch({ seats: count }));
    await seats(1);
    expect(await activities.accept(request(), by(invited))).toEqual({ outcome: 'no_seats' });
    expect(await activities.takeSeat(request())).toBe(false);
    await seats(3);
    expect(await takeWaitingSeats(store, { teamId: teamId(), asOf })).toEqual([id]);
    expect(await activities.takeSeat(request())).toBe(true);
  });

  it('mails again what somebody wanted again while the first mail went out (INVITE-11)', async () => {
    await approve();
    const { send } = mailer;
    Object.assign(mailer, {
      send: async (...mail: Parameters<typeof send>) => {
        Object.assign(mailer, { send });
        expect(await activities.resend(request(), by(team.sharer))).toEqual({ outcome: 'sending' });
        await send(...mail);
      },
    });
    await activities.sendInvitation(request());
    expect(await invitation()).toMatchObject({ state: 'sending', mailing: 2 });
    await activities.sendInvitation(request());
    expect(await invitation()).toMatchObject({ state: 'sent', mailing: 2 });
    expect(mailer.outbox).toHaveLength(2);
    const deliveries = await Delivery.query(store.knex).where({ teamId: teamId(), channel: 'email' });
    expect(deliveries.filter(({ sentAt }) => sentAt !== null)).toHaveLength(2);
  });
});
