import { v7 as uuid } from 'uuid';
import { delegate } from '../../operations/delegate';
import { updateTeam } from '../../operations/update-team';
import { inviteWorkflowId } from '../../workflows/contracts/invite';
import { ApprovalEvent, type User } from '../../store/models';
import { decideAs, requestOf, shareWith, sharingWorld, type SharingWorld } from '../support/sharing-world';
import { byPerson, worldOf } from '../support/world';
import { eventually, openWorkflowWorld, type WorkflowWorld } from '../support/workflow-world';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const LAST_RESORT = 'last-resort@example.test';

describe('what time does to a request', () => {
  let world: WorkflowWorld;
  let team: SharingWorld;
  let asked: Date;
  let id: string;

  beforeAll(async () => {
    world = await openWorkflowWorld();
  }, 60_000);
  afterAll(() => world.close());
  afterEach(() => world.reset());

  async function ask(given: Parameters<typeof sharingWorld>[1] = {}, start = true): Promise<void> {
    team = await sharingWorld(world.store, given);
    asked = await world.now();
    id = requestOf(
      await shareWith(world.store, team, { email: `new-${uuid()}@example.test` }, { asOf: asked }),
    );
    if (start) await world.processes.startInvite({ approvalId: id, teamId: team.team.id });
  }
  const timeline = async () => {
    const { id: teamId } = team.team;
    const events = await world.store.inTeam(teamId, (tx) =>
      ApprovalEvent.query(tx).where({ approvalId: id }).orderBy('id'),
    );
    return events.map(({ type, at, data }) => ({
      ...{ type, data },
      hours: Math.round((at.getTime() - asked.getTime()) / HOUR_MS),
    }));
  };
  const subjects = (to: string) => world.outbox.filter((mail) => mail.to === to).map((mail) => mail.subject);
  const ref = () => ({ approvalId: id, teamId: team.team.id });

  it('escalates after 72 hours, once: each approver is asked afresh, and the last resort is told (INVITE-7)', async () => {
    await ask();
    await world.ending(id);
    const escalated = (await timeline()).filter(({ type }) => type === 'escalated');
    expect(escalated).toMatchObject([{ hours: 72 }]);
    const [first, reminder, fresh, ...more] = subjects(team.admin.email);
    expect(first).toMatch(/^Let /);
    expect(reminder).toMatch(/^Still waiting/);
    expect(fresh).toMatch(/^Waiting for too long/);
    expect(more).toEqual([]);
    expect(subjects(LAST_RESORT)).toEqual([expect.stringMatching(/^Waiting for too long/)]);
  });

  it('of reminders that came due in an outage sends the latest alone (INVITE-7)', async () => {
    const policy = { approvalReminders: ['PT1H', 'PT2H', 'PT30H'], escalateAfter: 'P10D' };
    await ask({ policy }, false);
    await world.pass(3 * HOUR_MS);
    await world.processes.startInvite(ref());
    await world.pass(HOUR_MS);
    const numbers = async () =>
      (await timeline()).filter(({ type }) => type === 'reminded').map(({ data }) => data['number']);
    expect(await numbers()).toEqual([2]);
    await world.pass(30 * HOUR_MS);
    expect(await numbers()).toEqual([2, 3]);
  });

  it('after a long outage escalates, and sends no reminder that came due before (INVITE-7)', async () => {
    await ask({}, false);
    await world.pass(80 * HOUR_MS);
    await world.processes.startInvite(ref());
    await world.ending(id);
    const types = (await timeline()).map(({ type }) => type);
    expect(types).toEqual(['requested', 'escalated', 'expired']);
  });

  it('tells an operator its story in Temporal UI, without anything personal (OPS-3)', async () => {
    await ask({ policy: { escalateAfter: 'PT1H' } });
    await world.pass(2 * HOUR_MS);
    const handle = world.environment.client.workflow.getHandle(inviteWorkflowId(id));
    const described = await handle.describe();
    expect(await described.staticSummary()).toBe(
      'Let an external person in as developer, viewer of one element',
    );
    const details = async () => {
      const metadata = await handle.query<{ currentDetails?: string }>('__temporal_workflow_metadata');
      return metadata.currentDetails ?? '';
    };
    expect(await details()).toMatch(/^\*\*pending\*\*, revision 1\.\n\n1 can decide on it\./);
    expect(await details()).toMatch(/It waits for too long[^]*Next by itself: .*: Remind the approvers\./);
    const by = { userId: team.admin.id, asOf: await world.now(), ...ref() };
    await decideAs(world.store, world.processes, by, { verdict: 'deny', reason: 'Not this quarter' });
    await world.ending(id);
    expect(await details()).toMatch(/^\*\*denied\*\*/);
    const texts: string[] = [];
    JSON.stringify(await handle.fetchHistory(), (key, value: unknown) => {
      if (key === 'data' && typeof value === 'string') texts.push(Buffer.from(value, 'base64').toString());
      return value;
    });
    expect(texts).toContain('"Put a decision to the rule"');
    const { email } = await world.approval(team.team.id, id);
    for (const personal of [email, team.admin.email, team.sharer.email, 'Not this quarter', 'Ada', 'Sam'])
      expect(texts.filter((text) => text.includes(personal))).toEqual([]);
  });

  it('asks a delegate when the delegation begins, and takes their decision (INVITE-9)', async () => {
    await ask();
    const bo: User = await worldOf(world.store).member(team.team.id, ['billing']);
    const from = new Date(asked.getTime() + 2 * HOUR_MS);
    const until = new Date(from.getTime() + DAY_MS);
    const { changedApprovals } = await delegate(world.store, byPerson(team.admin.id, asked), {
      ...{ id: uuid(), teamId: team.team.id, toUserId: bo.id, from, until },
    });
    expect(changedApprovals).toEqual([id]);
    await world.processes.requestChanged(id);
    await world.pass(HOUR_MS);
    expect(subjects(bo.email)).toEqual([]);
    await world.passUntil(new Date(from.getTime() + 60_000));
    await eventually(() => Promise.resolve(subjects(bo.email).length === 1));
    const by = { userId: bo.id, asOf: await world.now(), ...ref() };
    expect(await decideAs(world.store, world.processes, by, { verdict: 'approve' })).toBe('approved');
    expect(await world.approval(team.team.id, id)).toMatchObject({
      ...{ decidedBy: bo.id, decidedOnBehalfOf: team.admin.id },
    });
  });

  it('ends an invitation whose mail never goes out, and gives its seat back (INVITE-11, TEAM-4)', async () => {
    await ask({ policy: { invitationExpiry: 'PT2M' } });
    world.faults.mail = true;
    const by = { userId: team.admin.id, asOf: await world.now(), ...ref() };
    await decideAs(world.store, world.processes, by, { verdict: 'approve' });
    const invitation = () => world.invitation(team.team.id, id);
    await eventually(async () => (await invitation()).state === 'failed');
    await world.pass(10 * 60_000);
    await eventually(async () => (await invitation()).state === 'expired');
    expect(await invitation()).toMatchObject({ holdsSeat: false, sentAt: null });
    // Who asked hears of it when mail goes out again.
    world.faults.mail = false;
    expect(await world.ending(id)).toEqual({ state: 'approved', invitation: 'expired' });
    expect(subjects(team.sharer.email).at(-1)).toMatch(/invitation expired$/);
  });

  it('lets exactly as many go on as seats come free, whoever waits longest first, each with a new mail (INVITE-2)', async () => {
    // The Super Admin, the Developer and six who are invited.
    await ask({ seats: 8 });
    const teamId = team.team.id;
    const invited: { user: User; id: string }[] = [];
    for (let nth = 0; nth < 6; nth += 1) {
      const user = await worldOf(world.store).user();
      const asOf = await world.now();
      const share = await shareWith(world.store, team, { email: user.email }, { asOf, by: team.admin });
      invited.push({ user, id: requestOf(share) });
      await world.processes.startInvite({ approvalId: requestOf(share), teamId });
    }
    const operator = () => ({
      ...byPerson(team.admin.id),
      actor: { type: 'operator' } as const,
    });
    const states = () =>
      Promise.all(invited.map(async (one) => (await world.invitation(teamId, one.id)).state));
    await eventually(async () => (await states()).every((state) => state === 'sent'));
    await updateTeam(world.store, operator(), { teamId, seats: 2 });
    // The last of them accepts first, and so waits longest.
    for (const { user, id: approvalId } of [...invited].reverse()) {
      const by = { userId: user.id, via: 'web', requestId: null } as const;
      await world.pass(1_000);
      expect(await world.processes.accept({ approvalId, teamId }, by)).toBe('no_seats');
    }
    world.outbox.length = 0;
    await updateTeam(world.store, { ...operator(), asOf: await world.now() }, { teamId, seats: 5 });
    await world.processes.seatMayBeFree(teamId);
    await eventually(async () => (await states()).filter((state) => state === 'sent').length === 3);
    expect(await states()).toEqual([
      ...['waiting_for_seat', 'waiting_for_seat', 'waiting_for_seat'],
      ...['sent', 'sent', 'sent'],
    ]);
    const mailed = world.outbox.filter(({ text }) => text.includes('/invitations/')).map(({ to }) => to);
    expect(mailed.sort()).toEqual(
      invited
        .slice(3)
        .map(({ user }) => user.email)
        .sort(),
    );
  });
});
