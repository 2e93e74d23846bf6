import { pino } from 'pino';
import { v7 as uuid } from 'uuid';
import { recordAttempt } from '../../operations/record-attempt';
import { Approval, ApprovalAttempt } from '../../store/models';
import { startUnstarted } from '../../workers/starter';
import { createProcesses, type Processes } from '../../workflows/client';
import { decideAs, requestOf, shareWith, sharingWorld, type SharingWorld } from '../support/sharing-world';
import { byPerson, worldOf } from '../support/world';
import { openWorkflowWorld, type WorkflowWorld } from '../support/workflow-world';

const LOST = 'already_decided';

describe('the door to Temporal', () => {
  let world: WorkflowWorld;
  let down: Processes;
  let team: SharingWorld;
  let id: string;

  beforeAll(async () => {
    world = await openWorkflowWorld();
    // Nothing listens on port 1.
    const nowhere = { address: '127.0.0.1:1', namespace: 'default', apiKey: null, tls: null, uiUrl: null };
    down = createProcesses(world.store, nowhere);
  }, 60_000);
  afterAll(async () => {
    await down.close();
    await world.close();
  });
  beforeEach(async () => {
    team = await sharingWorld(world.store, { seats: 100 });
    const email = `new-${uuid()}@example.test`;
    id = requestOf(await shareWith(world.store, team, { email }, { asOf: await world.now() }));
  });
  afterEach(() => world.reset());

  const ref = () => ({ approvalId: id, teamId: team.team.id });
  const decide = async (
    userId: string,
    verdict: 'approve' | 'deny',
    by = world.processes,
    attemptId = uuid(),
  ) =>
    decideAs(
      world.store,
      by,
      { userId, asOf: await world.now(), ...ref() },
      { verdict, reason: 'because', attemptId },
    );

  it('lets exactly one of fifty decisions at once take effect, and answers all (INVITE-4)', async () => {
    await world.processes.startInvite(ref());
    const admins = await Promise.all(
      Array.from({ length: 50 }, () => worldOf(world.store).member(team.team.id, ['admin'])),
    );
    const outcomes = await Promise.all(
      admins.map((admin, index) => decide(admin.id, index % 2 === 0 ? 'approve' : 'deny')),
    );
    const [winner, ...losers] = [...outcomes].sort(
      (one, other) => Number(one === LOST) - Number(other === LOST),
    );
    expect(['approved', 'denied']).toContain(winner);
    expect(new Set(losers)).toEqual(new Set([LOST]));
  });

  it('gives a repeated attempt its first answer, also after the run ended (INVITE-4)', async () => {
    await world.processes.startInvite(ref());
    const attempt = uuid();
    expect(await decide(team.admin.id, 'deny', world.processes, attempt)).toBe('denied');
    expect(await decide(team.admin.id, 'deny', world.processes, attempt)).toBe('denied');
    await world.ending(id);
    expect(await decide(team.admin.id, 'deny', world.processes, attempt)).toBe('denied');
  });

  it('starts a run that lacks when somebody decides', async () => {
    expect(await decide(team.admin.id, 'deny')).toBe('denied');
    expect((await world.approval(team.team.id, id)).workflowStartedAt).not.toBeNull();
  });

  it('leaves a start to the starter while Temporal is down, which makes it good', async () => {
    expect(await down.startInvite(ref())).toBe(false);
    expect((await world.approval(team.team.id, id)).workflowStartedAt).toBeNull();
    const log = pino({ level: 'silent' });
    expect(await startUnstarted(world.store, down, log)).toBe(0);
    await world.store.inTeam(team.team.id, (tx) =>
      Approval.query(tx)
        .findById(id)
        .patch({ createdAt: new Date(Date.now() - 6_000) }),
    );
    expect(await startUnstarted(world.store, world.processes, log)).toBeGreaterThan(0);
    expect((await world.approval(team.team.id, id)).workflowStartedAt).not.toBeNull();
  });

  it('says within five seconds that a decision is not known while Temporal is down, and never that it failed', async () => {
    const attemptId = uuid();
    const before = Date.now();
    await expect(decide(team.admin.id, 'approve', down, attemptId)).rejects.toMatchObject({
      code: 'unavailable',
    });
    expect(Date.now() - before).toBeLessThan(5_000);
    const attempt = await world.store.inTeam(team.team.id, (tx) =>
      ApprovalAttempt.query(tx).findById(attemptId),
    );
    expect(attempt?.outcome).toBeNull();
    // Asked again with the same attempt once Temporal is back, it is decided.
    expect(await decide(team.admin.id, 'approve', world.processes, attemptId)).toBe('approved');
  });

  it('keeps nobody in line behind others who wait for a Temporal that is down', async () => {
    const before = Date.now();
    const answers = await Promise.allSettled(
      Array.from({ length: 20 }, () => decide(team.admin.id, 'approve', down)),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 'rejected'));
    expect(Date.now() - before).toBeLessThan(8_000);
  });

  it('answers what is settled from the rows, Temporal up or not', async () => {
    const attemptId = uuid();
    expect(await decide(team.admin.id, 'deny', world.processes, attemptId)).toBe('denied');
    expect(await decide(team.admin.id, 'deny', down, attemptId)).toBe('denied');
    await recordAttempt(world.store, byPerson(team.admin.id), {
      ...{ attemptId: uuid(), ...ref(), verdict: 'approve', reason: null },
      ...{ grantRole: null, revision: null, via: 'api' },
    });
    expect(await decide(team.admin.id, 'approve', down)).toBe('already_decided');
  });

  it('says whether Temporal answers', async () => {
    expect(await world.processes.check()).toBe(true);
    expect(await down.check()).toBe(false);
  });

  it('links to a run in Temporal UI where one is configured, and to what is over until Temporal says how long it keeps runs', async () => {
    const uiUrl = 'http://127.0.0.1:8233';
    const given = { address: '127.0.0.1:1', namespace: 'door', apiKey: null, tls: null };
    const linked = createProcesses(world.store, { ...given, uiUrl });
    for (const endedAt of [null, new Date(0)]) {
      expect(linked.temporalLink('invite:1', endedAt)).toBe(`${uiUrl}/namespaces/door/workflows/invite%3A1`);
    }
    expect(down.temporalLink('invite:1', null)).toBeNull();
    await linked.close();
  });
});
