import fc from 'fast-check';
import { COMMANDS_OF_RUNS, letAllEnd } from '../support/invite-commands';
import { modelOf } from '../support/invite-real';
import { newRuns } from '../support/invite-runs';
import { openWorkflowWorld, type WorkflowWorld } from '../support/workflow-world';

/** Of so many commands some twenty-five apply; one takes a fifth of a second until all that follows from it is done. */
const RUNS = 8;
const LENGTH = 32;
jest.setTimeout(300_000);

describe('a team’s requests and invitations as runs', () => {
  let world: WorkflowWorld;

  beforeAll(async () => {
    world = await openWorkflowWorld();
  }, 60_000);
  afterAll(() => world.close());

  it('do what a simple model says while their timers ring by themselves, tell each thing once, and end when all is over (INVITE-1, INVITE-2, INVITE-3, INVITE-4, INVITE-7, INVITE-8, INVITE-10, INVITE-11, INVITE-12, TEAM-3, TEAM-4)', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(COMMANDS_OF_RUNS, { minLength: LENGTH, maxLength: LENGTH }),
        async (commands) => {
          world.reset();
          const real = await newRuns(world);
          const model = modelOf(real);
          await fc.asyncModelRun(() => ({ model, real }), commands);
          await letAllEnd(model, real);
        },
      ),
      // A failure prints the seed and the path that repeat it.
      { seed: Date.now() % 0x7fffffff, numRuns: RUNS, endOnFailure: true },
    );
  });
});
