import fc from 'fast-check';
import { COMMANDS, checkAgainst, newModel, newReal } from '../support/invite-model';
import { openTestStore, type TestStore } from '../support/database';

const RUNS = 50;
/** Fifty runs of up to forty commands, each a few transactions of up to 200 ms on a busy machine. */
jest.setTimeout(180_000);

describe('a team’s requests and invitations', () => {
  let store: TestStore;

  beforeAll(async () => {
    store = await openTestStore();
  });
  afterAll(() => store.close());

  it('do what a simple model says, through any order of commands and time (INVITE-2, 4, 7, 8, 10, 11, 12, TEAM-3, TEAM-4)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.commands([...COMMANDS], { maxCommands: 40, size: '+1' }), async (commands) => {
        const real = await newReal(store);
        const model = newModel();
        await fc.asyncModelRun(() => ({ model, real }), commands);
        await checkAgainst(real, model);
      }),
      // A failure prints the seed and the path that repeat it.
      { seed: Date.now() % 0x7fffffff, numRuns: RUNS, endOnFailure: true },
    );
  });
});
