import { v7 as uuid } from 'uuid';
import { besideDeciding, type Besides } from '../../operations/beside-deciding';
import type { User } from '../../store/models';
import { tellUntold } from '../../workers/starter';
import { requestOf, shareWith, sharingWorld, type SharingWorld } from '../support/sharing-world';
import { byPerson } from '../support/world';
import { eventually, openWorkflowWorld, type WorkflowWorld } from '../support/workflow-world';

const HOUR_MS = 3_600_000;

describe('what is done beside deciding, in a request’s run', () => {
  let world: WorkflowWorld;
  let team: SharingWorld;
  let id: string;

  beforeAll(async () => {
    world = await openWorkflowWorld();
  }, 60_000);
  afterAll(() => world.close());
  beforeEach(async () => {
    team = await sharingWorld(world.store);
    const to = { email: `new-${uuid()}@example.test` };
    id = requestOf(await shareWith(world.store, team, to, { asOf: await world.now() }));
    await world.processes.startInvite({ approvalId: id, teamId: team.team.id });
    await eventually(() => Promise.resolve(asked().length === 1));
  });
  afterEach(() => world.reset());

  const asked = () => world.outbox.filter(({ to }) => to === team.admin.email).map(({ subject }) => subject);
  const drawn = () => world.drawn.filter(({ approvalId }) => approvalId === id).length;
  const beside = async (by: User, besides: Besides, asOf?: Date) => {
    const at = { approvalId: id, teamId: team.team.id, lineId: uuid() };
    const cause = byPerson(by.id, asOf ?? (await world.now()));
    const outcome = await besideDeciding(world.store, cause, at, besides);
    expect(outcome).toEqual({ done: true });
  };

  it('a nudge mails approvers whom Slack does not reach, once each time (INVITE-8)', async () => {
    for (const nudges of [1, 2]) {
      await beside(team.sharer, { act: 'nudge' });
      await world.processes.requestChanged(id);
      await eventually(() => Promise.resolve(asked().length === 1 + nudges));
      await world.pass(HOUR_MS);
    }
    expect(asked().slice(1)).toEqual(Array(2).fill(expect.stringMatching(/^Still waiting/)));
  });

  it('a claim is drawn, and drawn away when it lapses an hour later (INVITE-8)', async () => {
    const before = drawn();
    await beside(team.admin, { act: 'claim' });
    await world.processes.requestChanged(id);
    await eventually(() => Promise.resolve(drawn() === before + 1));
    await world.pass(HOUR_MS + 60_000);
    await eventually(() => Promise.resolve(drawn() === before + 2));
    expect(asked()).toHaveLength(1);
  });

  it('is told to the run by the starter where the signal was lost, until the run has read it (INVITE-8)', async () => {
    const before = drawn();
    // By the starter's clock it is untold for long enough.
    const earlier = new Date(world.store.clock.now().getTime() - 10_000);
    await beside(team.sharer, { act: 'comment', text: 'Zoe starts on Monday.' }, earlier);
    expect(await tellUntold(world.store, world.processes)).toBe(1);
    await eventually(() => Promise.resolve(drawn() > before));
    const approval = await world.approval(team.team.id, id);
    expect(approval.untoldSince).toBeNull();
  });
});
