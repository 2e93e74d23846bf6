import fc from 'fast-check';
import { COMMANDS, newReal, newSeed } from '../support/access-commands';
import { newModel } from '../support/access-model';
import { startWholeApi, type WholeApi } from '../support/whole-api';

/** Enough sequences to meet most pairs of commands; what does not fit into the time is left out, not failed. */
const RUNS = 12;
const WITHIN_MS = 20_000;

describe('a team under random changes', () => {
  let api: WholeApi;

  beforeAll(async () => {
    api = await startWholeApi({ RATE_MISS: '0' });
  });
  afterAll(() => api.close());

  it('lets everybody see and do what a plain model of their roles says (TEAM-5, TEAM-6, TEAM-8, WORK-2, WORK-3, SHARE-2, SHARE-5)', async () => {
    const until = Date.now() + WITHIN_MS;
    const commands = fc.commands([...COMMANDS], { maxCommands: 25, size: 'max' });
    await fc.assert(
      fc.asyncProperty(commands, async (sequence) => {
        const real = await newReal(api);
        const model = newModel(until);
        await fc.asyncModelRun(() => ({ model, real }), sequence);
      }),
      // A failure names its seed and the commands that led to it.
      { seed: newSeed(), numRuns: RUNS, endOnFailure: true },
    );
  }, 60_000);
});
