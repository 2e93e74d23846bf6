import { v7 as uuid } from 'uuid';
import { addMember } from '../../operations/add-member';
import { Approval, ElementRoleRow, Member, Team, type User } from '../../store/models';
import { inviteWorkflowId } from '../../workflows/contracts/invite';
import { decideAs, requestOf, shareWith, sharingWorld, type SharingWorld } from '../support/sharing-world';
import { tellUntold } from '../../workers/starter';
import { byPerson, worldOf } from '../support/world';
import { eventually, openWorkflowWorld, type WorkflowWorld } from '../support/workflow-world';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

describe('an invitation that was approved', () => {
  let world: WorkflowWorld;
  let team: SharingWorld;
  let guest: User;
  let id: string;

  beforeAll(async () => {
    world = await openWorkflowWorld();
  }, 60_000);
  afterAll(() => world.close());
  afterEach(() => world.reset());

  /** Asks for the guest and has it approved; the mail goes out beside the test. */
  async function approve(): Promise<void> {
    team = await sharingWorld(world.store, { seats: 3 });
    guest = await worldOf(world.store).user({ name: 'Gia' });
    const asOf = await world.now();
    id = requestOf(await shareWith(world.store, team, { email: guest.email, role: 'editor' }, { asOf }));
    await world.processes.startInvite(ref());
    const by = { userId: team.admin.id, asOf, ...ref() };
    expect(await decideAs(world.store, world.processes, by, { verdict: 'approve' })).toBe('approved');
  }
  const ref = () => ({ approvalId: id, teamId: team.team.id });
  const by = (userId: string) => ({ userId, via: 'web', requestId: null }) as const;
  const row = () => world.invitation(team.team.id, id);
  const state = async () => (await row()).state;
  const becomes = (wanted: string) => eventually(async () => (await state()) === wanted);
  const mails = () => world.outbox.filter(({ to }) => to === guest.email);
  const seats = (count: number) =>
    world.store.inTeam(team.team.id, (tx) => Team.query(tx).findById(team.team.id).patch({ seats: count }));

  it('is mailed with a link of its own and accepted: member and element role at once (INVITE-11)', async () => {
    await approve();
    await becomes('sent');
    expect(mails()).toHaveLength(1);
    expect(mails()[0]?.text).toMatch(/https:\/\/doorlist\.test\/invitations\/[\w-]{43}\n/);
    expect(await world.processes.accept(ref(), by(guest.id))).toBe('accepted');
    expect(await world.ending(id)).toEqual({ state: 'approved', invitation: 'accepted' });
    await world.store.inTeam(team.team.id, async (tx) => {
      const member = await Member.query(tx).findById([team.team.id, guest.id]);
      expect(member?.roles).toEqual(['developer']);
      const role = await ElementRoleRow.query(tx).findOne({ elementId: team.element.id, userId: guest.id });
      expect(role?.role).toBe('editor');
    });
    const told = world.outbox.filter(({ to }) => to === team.sharer.email).map(({ subject }) => subject);
    expect(told).toEqual([expect.stringMatching(/approved$/), expect.stringMatching(/accepted$/)]);
  });

  it('is done when an Admin adds the person to the team, also when its run is told by nobody (INVITE-11)', async () => {
    await approve();
    await becomes('sent');
    const asOf = await world.now();
    const input = { id: uuid(), teamId: team.team.id, email: guest.email, name: 'Gia' };
    await addMember(world.store, byPerson(team.admin.id, asOf), { ...input, roles: ['developer'] });
    await world.store.inTeam(team.team.id, (tx) =>
      Approval.query(tx)
        .findById(id)
        .patch({ untoldSince: new Date(0) }),
    );
    await tellUntold(world.store, world.processes);
    expect(await world.ending(id)).toEqual({ state: 'approved', invitation: 'accepted' });
    const told = world.outbox.filter(({ to }) => to === team.sharer.email).map(({ subject }) => subject);
    expect(told).toEqual([expect.stringMatching(/approved$/), expect.stringMatching(/accepted$/)]);
  });

  it('is not for another account (INVITE-11)', async () => {
    await approve();
    await becomes('sent');
    expect(await world.processes.accept(ref(), by(team.sharer.id))).toBe('wrong_account');
    expect(await state()).toBe('sent');
  });

  it('expires after 30 days, gives its seat back and tells the requester (INVITE-11)', async () => {
    await approve();
    await becomes('sent');
    const sentAt = (await row()).sentAt?.getTime() ?? 0;
    expect(await world.ending(id)).toEqual({ state: 'approved', invitation: 'expired' });
    const ended = await row();
    expect(ended.holdsSeat).toBe(false);
    expect((ended.endedAt?.getTime() ?? 0) - sentAt).toBeGreaterThanOrEqual(30 * DAY_MS);
    expect(world.outbox.at(-1)?.subject).toMatch(/invitation expired$/);
  });

  it('is mailed again on request, and its time starts anew (INVITE-11)', async () => {
    await approve();
    await becomes('sent');
    const before = await row();
    await world.pass(29 * DAY_MS);
    expect(await world.processes.resend(ref(), by(team.sharer.id))).toBe('sending');
    await becomes('sent');
    expect(mails()).toHaveLength(2);
    expect(mails()[0]?.messageId).not.toBe(mails()[1]?.messageId);
    const fresh = await row();
    expect((fresh.expiresAt?.getTime() ?? 0) - (before.expiresAt?.getTime() ?? 0)).toBeGreaterThanOrEqual(
      29 * DAY_MS,
    );
    await world.pass(2 * DAY_MS);
    expect(await state()).toBe('sent');
  });

  it('is taken back by a requester or a Team Admin alone (INVITE-11)', async () => {
    await approve();
    await becomes('sent');
    expect(await world.processes.cancel(ref(), by(guest.id))).toBe('forbidden');
    expect(await world.processes.cancel(ref(), by(team.admin.id))).toBe('cancelled');
    expect(await world.ending(id)).toEqual({ state: 'approved', invitation: 'cancelled' });
    expect((await row()).holdsSeat).toBe(false);
  });

  it('shows that its mail fails, keeps its seat, goes on trying, and is sent in the end (INVITE-11)', async () => {
    world.faults.mail = true;
    await approve();
    await world.pass(MINUTE_MS);
    expect(await state()).toBe('failed');
    expect((await row()).holdsSeat).toBe(true);
    await world.pass(HOUR_MS);
    expect(await state()).toBe('failed');
    expect(mails()).toHaveLength(0);
    world.faults.mail = false;
    await world.pass(HOUR_MS);
    expect(await state()).toBe('sent');
    expect(mails()).toHaveLength(1);
  });

  it('draws its cards while the mail server is down (SLACK-3)', async () => {
    world.faults.mail = true;
    await approve();
    await world.pass(MINUTE_MS);
    await becomes('failed');
    const rounds = world.drawn.filter(({ approvalId }) => approvalId === id).length;
    expect(await world.processes.cancel(ref(), by(team.admin.id))).toBe('cancelled');
    await eventually(() =>
      Promise.resolve(world.drawn.filter(({ approvalId }) => approvalId === id).length > rounds),
    );
  });

  it('waits for a seat that was lost, and goes on by itself when it hears of one (INVITE-2)', async () => {
    await approve();
    await becomes('sent');
    await seats(2);
    expect(await world.processes.accept(ref(), by(guest.id))).toBe('no_seats');
    expect(await row()).toMatchObject({ state: 'waiting_for_seat', holdsSeat: false });
    await seats(3);
    await world.processes.seatMayBeFree(team.team.id);
    await becomes('sent');
    expect(await row()).toMatchObject({ holdsSeat: true, mailing: 2 });
    expect(mails()).toHaveLength(2);
    expect(await world.processes.accept(ref(), by(guest.id))).toBe('accepted');
  });

  it('finds a free seat within the hour when nobody tells it (INVITE-2)', async () => {
    await approve();
    await becomes('sent');
    await seats(2);
    await world.processes.accept(ref(), by(guest.id));
    await world.pass(3 * HOUR_MS);
    expect(await state()).toBe('waiting_for_seat');
    await seats(3);
    await world.pass(HOUR_MS);
    expect(await state()).toBe('sent');
  });

  it('waits for weeks in runs of bounded length, and is answered all the same (INVITE-2)', async () => {
    await approve();
    await becomes('sent');
    await seats(2);
    await world.processes.accept(ref(), by(guest.id));
    const handle = world.environment.client.workflow.getHandle(inviteWorkflowId(id));
    const { runId } = await handle.describe();
    await world.pass(21 * DAY_MS);
    const later = await handle.describe();
    expect(later.runId).not.toBe(runId);
    expect(later.historyLength).toBeLessThan(5_000);
    const told = mails().length;
    await seats(3);
    await world.processes.seatMayBeFree(team.team.id);
    await becomes('sent');
    expect(mails()).toHaveLength(told + 1);
    expect(await world.processes.accept(ref(), by(guest.id))).toBe('accepted');
    // The run that went on told nothing twice.
    const subjects = world.outbox.filter(({ to }) => to === team.sharer.email).map(({ subject }) => subject);
    await world.ending(id);
    expect(new Set(subjects).size).toBe(subjects.length);
  }, 120_000);
});
