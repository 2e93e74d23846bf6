import { pino } from 'pino';
import { joinAsGuest } from '../../operations/join-as-guest';
import { turnGuestLinkOn } from '../../operations/set-guest-link';
import { GuestDigest } from '../../store/models';
import { startUnstarted } from '../../workers/starter';
import { heldNoticesWorkflowId } from '../../workflows/contracts/held-notices';
import { sharingWorld } from '../support/sharing-world';
import { byPerson, worldOf } from '../support/world';
import { openWorkflowWorld, type WorkflowWorld } from '../support/workflow-world';

const HOUR = 3_600_000;

describe('the digest of guests who joined', () => {
  let world: WorkflowWorld;
  beforeAll(async () => {
    world = await openWorkflowWorld();
  }, 60_000);
  afterAll(() => world.close());
  afterEach(() => world.reset());

  async function joined(...names: string[]) {
    const { store } = world;
    const team = await sharingWorld(store);
    const [elementId, teamId] = [team.element.id, team.team.id];
    const asOf = await world.now();
    await turnGuestLinkOn(store, byPerson(team.sharer.id, asOf), { elementId, teamId });
    const began: boolean[] = [];
    for (const name of names) {
      const { id } = await worldOf(store).user({ name });
      const on = { elementId, teamId, publicUrl: 'https://doorlist.test' };
      began.push((await joinAsGuest(store, byPerson(id, asOf), on)).beganDigest);
    }
    const sent = () => world.outbox.filter(({ to }) => to === team.sharer.email);
    const run = () => world.result(heldNoticesWorkflowId(teamId));
    return { teamId, asOf, began, sent, run };
  }

  it('is one mail an hour after the first join, by the run of held notices (SLACK-5)', async () => {
    const { teamId, asOf, began, sent, run } = await joined('Gus', 'Ann', 'Zoe');
    expect(began).toEqual([true, false, false]);
    expect(await world.processes.guestsJoined(teamId)).toBe(true);
    expect(sent()).toEqual([]);
    await run();
    expect(sent().map(({ subject }) => subject)).toEqual(['3 guests joined “Orders”: Gus, Ann, Zoe']);
    expect((await world.now()).getTime() - asOf.getTime()).toBeGreaterThanOrEqual(HOUR);
  });

  it('goes out also where the process died that wrote it (SLACK-5)', async () => {
    const { teamId, sent, run } = await joined('Gus');
    const untold = () =>
      world.store.inTeam(teamId, (tx) => GuestDigest.query(tx).where({ teamId }).whereNull('runToldAt'));
    expect(await untold()).toHaveLength(1);
    // What was written more than five seconds ago has no run by now.
    await world.store.inTeam(teamId, (tx) =>
      GuestDigest.query(tx)
        .where({ teamId })
        .patch({ beganAt: new Date(Date.now() - 6_000) }),
    );
    await startUnstarted(world.store, world.processes, pino({ level: 'silent' }));
    expect(await untold()).toEqual([]);
    await run();
    expect(sent()).toHaveLength(1);
  });
});
