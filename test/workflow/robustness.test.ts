import { WorkflowUpdateFailedError } from '@temporalio/client';
import { v7 as uuid } from 'uuid';
import { SlackMessage } from '../../store/models';
import { decideInvite, inviteWorkflowId } from '../../workflows/contracts/invite';
import { decideAs, requestOf, shareWith, sharingWorld, type SharingWorld } from '../support/sharing-world';
import { worldOf } from '../support/world';
import { eventually, openWorkflowWorld, type WorkflowWorld } from '../support/workflow-world';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

describe('the run of a request, when things are not as they should be', () => {
  let world: WorkflowWorld;
  let team: SharingWorld;
  let email: string;
  let id: string;

  beforeAll(async () => {
    world = await openWorkflowWorld();
  }, 60_000);
  afterAll(() => world.close());
  afterEach(() => world.reset());

  async function ask(given: Parameters<typeof sharingWorld>[1] = {}): Promise<void> {
    team = await sharingWorld(world.store, given);
    email = `new-${uuid()}@example.test`;
    id = requestOf(await shareWith(world.store, team, { email }, { asOf: await world.now() }));
    await world.processes.startInvite(ref());
  }
  const ref = () => ({ approvalId: id, teamId: team.team.id });
  const handle = () => world.environment.client.workflow.getHandle(inviteWorkflowId(id));
  const decide = async (verdict: 'approve' | 'deny', userId = team.admin.id) =>
    decideAs(
      world.store,
      world.processes,
      { userId, asOf: await world.now(), ...ref() },
      { verdict, reason: 'because' },
    );
  const subjects = (to: string) => world.outbox.filter((mail) => mail.to === to).map((mail) => mail.subject);
  const sees = (to: string, subject: RegExp) =>
    eventually(() => Promise.resolve(subjects(to).some((one) => subject.test(one))));
  const state = async () => (await world.invitation(team.team.id, id)).state;

  it('refuses a decision whose attempt is not there, and takes the next one (INVITE-4)', async () => {
    await ask();
    const unknown = handle().executeUpdate(decideInvite, { args: [{ attemptId: uuid() }] });
    await expect(unknown).rejects.toThrow(WorkflowUpdateFailedError);
    expect(await decide('deny')).toBe('denied');
  });

  it('asks whoever becomes Admin within the hour when nobody could decide before (INVITE-3)', async () => {
    await ask({ admins: false });
    await sees(team.sharer.email, /^Nobody can decide/);
    const late = await worldOf(world.store).member(team.team.id, ['admin']);
    await world.pass(HOUR_MS + MINUTE_MS);
    await sees(late.email, /^Let .* in/);
  });

  it('tells all who ask, and asks again, when another request merges into it (INVITE-10)', async () => {
    await ask();
    await sees(team.admin.email, /^Let .* in/);
    const other = await worldOf(world.store).member(team.team.id, ['developer']);
    const asOf = await world.now();
    const merged = await shareWith(world.store, team, { email }, { asOf, by: other });
    expect(requestOf(merged)).toBe(id);
    // The sharer's own process died before it said so: what follows the share does.
    await world.processes.startShare({ shareId: merged.id, teamId: team.team.id });
    await sees(team.sharer.email, /changed$/);
    await sees(other.email, /changed$/);
    await eventually(() => Promise.resolve(subjects(team.admin.email).length === 2));
  });

  it('tells who approved that the person came in (INVITE-11)', async () => {
    await ask();
    const invited = await worldOf(world.store).user({ email });
    expect(await decide('approve')).toBe('approved');
    await eventually(async () => (await state()) === 'sent');
    await world.processes.accept(ref(), { userId: invited.id, via: 'web', requestId: null });
    await world.ending(id);
    expect(subjects(team.admin.email).at(-1)).toMatch(/^The request for .* accepted$/);
    expect(subjects(team.sharer.email).at(-1)).toMatch(/^Your invitation of .* accepted$/);
  });

  it('mails who has a card while Slack is dark, for the card says nothing new then (SLACK-3)', async () => {
    await ask();
    const at = await world.now();
    await world.store.inTeam(team.team.id, (tx) =>
      SlackMessage.query(tx).insert({
        ...{ id: uuid(), teamId: team.team.id, approvalId: id, audience: 'requester', state: 'posted' },
        ...{ userId: team.sharer.id, slackTeamId: 'T1', channel: 'D1', ts: '1.1' },
        ...{ createdAt: at, updatedAt: at },
      }),
    );
    world.faults.slack = true;
    expect(await decide('deny')).toBe('denied');
    await world.pass(3 * MINUTE_MS);
    await sees(team.sharer.email, /denied$/);
    world.faults.slack = false;
  });

  it('keeps what a mail server said out of its history (OPS-3)', async () => {
    world.faults.mail = true;
    await ask();
    expect(await decide('approve')).toBe('approved');
    await world.pass(MINUTE_MS);
    await eventually(async () => (await state()) === 'failed');
    const { events = [] } = await handle().fetchHistory();
    const history = JSON.stringify(events);
    expect(history).toContain('see the log of the worker');
    expect(history).not.toContain('the mail server is down');
  });

  // Last in its file: a run that was cancelled may hold the test server's clock.
  it('ends when an operator cancels it, and begins again when somebody decides', async () => {
    await ask();
    await sees(team.admin.email, /^Let .* in/);
    await handle().cancel();
    await eventually(async () => (await handle().describe()).status.name === 'CANCELLED');
    expect((await world.approval(team.team.id, id)).state).toBe('pending');
    expect(await decide('deny')).toBe('denied');
    expect((await world.ending(id)).state).toBe('denied');
  });
});
