import { ApprovalEvent } from '../../store/models';
import { decideAs, requestOf, shareWith, sharingWorld, type SharingWorld } from '../support/sharing-world';
import { openWorkflowWorld, type WorkflowWorld } from '../support/workflow-world';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

describe('a request for an external person', () => {
  let world: WorkflowWorld;
  let team: SharingWorld;
  let asked: Date;
  let id: string;

  beforeAll(async () => {
    world = await openWorkflowWorld();
  }, 60_000);
  afterAll(() => world.close());
  afterEach(() => world.reset());

  async function ask(given: Parameters<typeof sharingWorld>[1] = {}): Promise<void> {
    team = await sharingWorld(world.store, given);
    asked = await world.now();
    const share = await shareWith(
      world.store,
      team,
      { email: `new-${Date.now()}@example.test` },
      { asOf: asked },
    );
    id = requestOf(share);
    expect(await world.processes.startInvite({ approvalId: id, teamId: team.team.id })).toBe(true);
  }
  const decide = async (verdict: 'approve' | 'deny', reason?: string) =>
    decideAs(
      world.store,
      world.processes,
      { userId: team.admin.id, teamId: team.team.id, approvalId: id, asOf: await world.now() },
      { verdict, ...(reason === undefined ? {} : { reason }) },
    );
  const timeline = async () =>
    world.store.inTeam(team.team.id, (tx) => ApprovalEvent.query(tx).where({ approvalId: id }).orderBy('id'));
  const subjects = (to: string) => world.outbox.filter((mail) => mail.to === to).map((mail) => mail.subject);

  const drawn = () => world.drawn.filter(({ approvalId }) => approvalId === id);

  it('expires after 15 days, and the requester is told (INVITE-7)', async () => {
    await ask();
    expect(await world.ending(id)).toEqual({ state: 'expired', invitation: null });
    const expired = (await timeline()).find(({ type }) => type === 'expired');
    expect(expired?.at.getTime()).toBeGreaterThanOrEqual(asked.getTime() + 15 * DAY_MS);
    expect(expired?.at.getTime()).toBeLessThan(asked.getTime() + 15 * DAY_MS + HOUR_MS);
    expect(subjects(team.sharer.email)).toEqual([expect.stringMatching(/expired$/)]);
  });

  it('reminds the approvers after 24 and 48 hours, once each (INVITE-7)', async () => {
    await ask({ policy: { approvalReminders: ['PT24H', 'PT48H'], escalateAfter: 'P20D' } });
    await world.ending(id);
    const reminders = (await timeline()).filter(({ type }) => type === 'reminded');
    const after = reminders.map(({ at }) => Math.round((at.getTime() - asked.getTime()) / HOUR_MS));
    expect(after).toEqual([24, 48]);
    expect(subjects(team.admin.email)).toHaveLength(3);
    expect(
      subjects(team.admin.email)
        .slice(1)
        .every((subject) => subject.startsWith('Still waiting')),
    ).toBe(true);
    expect(drawn().map(({ round }) => round)).toEqual([0, 1, 2, 2]);
  });

  it('counts a decision one second before its end (INVITE-7)', async () => {
    await ask();
    const { expiresAt } = await world.approval(team.team.id, id);
    await world.passUntil(new Date(expiresAt.getTime() - 1_000));
    expect(await decide('approve')).toBe('approved');
    expect((await world.approval(team.team.id, id)).state).toBe('approved');
  });

  it('takes no decision one second after its end (INVITE-7)', async () => {
    await ask();
    const { expiresAt } = await world.approval(team.team.id, id);
    await world.passUntil(new Date(expiresAt.getTime() + 1_000));
    expect(await decide('approve')).toBe('expired');
    expect((await world.approval(team.team.id, id)).state).toBe('expired');
  });

  it('ends with a denial, whose reason the requester reads as it was typed (INVITE-5)', async () => {
    await ask();
    expect(await decide('deny', 'Not <this> quarter')).toBe('denied');
    expect(await world.ending(id)).toEqual({ state: 'denied', invitation: null });
    const [mail] = world.outbox.filter(({ to }) => to === team.sharer.email);
    expect(mail?.text).toContain('> Not <this> quarter');
    expect(mail?.html).toContain('Not &lt;this&gt; quarter');
  });

  it('answers whoever asks after it ended from the rows (INVITE-4)', async () => {
    await ask();
    await decide('deny', 'no');
    await world.ending(id);
    expect(await decide('approve')).toBe('already_decided');
  });

  it('is withdrawn by its requester alone (INVITE-8)', async () => {
    await ask();
    const ref = { approvalId: id, teamId: team.team.id };
    const by = (userId: string) => ({ userId, via: 'web', requestId: null }) as const;
    expect(await world.processes.withdraw(ref, by(team.admin.id))).toBe('forbidden');
    expect(await world.processes.withdraw(ref, by(team.sharer.id))).toBe('withdrawn');
    expect((await world.ending(id)).state).toBe('withdrawn');
  });

  it('says at once and loudly that nobody can decide (INVITE-3)', async () => {
    await ask({ admins: false });
    await world.pass(1_000);
    expect(subjects(team.sharer.email)).toEqual([expect.stringMatching(/^Nobody can decide/)]);
    expect(subjects('last-resort@example.test')).toHaveLength(1);
    expect((await timeline()).map(({ type }) => type)).toContain('no_approver');
  });

  it('goes on by mail while Slack is dark, and draws its cards when Slack is back (SLACK-3)', async () => {
    world.faults.slack = true;
    await ask();
    await world.pass(3 * 60_000);
    expect(subjects(team.admin.email)).toHaveLength(1);
    expect(await decide('approve')).toBe('approved');
    await world.pass(5 * 60_000);
    expect((await world.invitation(team.team.id, id)).state).toBe('sent');
    expect(drawn()).toHaveLength(0);
    world.faults.slack = false;
    await world.pass(HOUR_MS);
    expect(drawn().length).toBeGreaterThan(0);
    expect(subjects(team.admin.email)).toHaveLength(1);
  });
});
