import fc from 'fast-check';
import { directProcesses } from '../support/direct-processes';
import { COMMANDS } from '../support/invite-commands';
import { modelOf, newReal, type InviteClock } from '../support/invite-real';
import { openTestStore, type TestStore } from '../support/database';

const RUNS = 50;
const LENGTH = 25;
/** Fifty runs of twenty-five commands, each a few transactions of up to 200 ms on a busy machine. */
jest.setTimeout(240_000);

describe('a team’s requests and invitations', () => {
  let store: TestStore;

  beforeAll(async () => {
    store = await openTestStore();
  });
  afterAll(() => store.close());

  /** No mail goes out here: what runs do is proven on runs. */
  const mailer = { send: () => Promise.resolve(), close: () => undefined };

  it('do what a simple model says, through any order of commands and time (INVITE-1, INVITE-2, INVITE-3, INVITE-4, INVITE-7, INVITE-8, INVITE-10, INVITE-11, INVITE-12, TEAM-3, TEAM-4)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(COMMANDS, { minLength: LENGTH, maxLength: LENGTH }), async (commands) => {
        const clock = commandedClock();
        const now = () => clock.start + clock.now;
        const processes = directProcesses(store, mailer, 'https://doorlist.test', now);
        const real = await newReal({ store, processes, clock });
        const model = modelOf(real);
        await fc.asyncModelRun(() => ({ model, real }), commands);
        await real.check(model);
      }),
      // A failure prints the seed and the path that repeat it.
      { seed: Date.now() % 0x7fffffff, numRuns: RUNS, endOnFailure: true },
    );
  });
});

/** A clock that stands still but for what the commands say. */
function commandedClock(): InviteClock & { now: number } {
  const clock = {
    ...{ start: Date.now(), now: 0, hasRuns: false },
    nextInstant: (model: { now: number }) => {
      clock.now = model.now += 1;
      return Promise.resolve(new Date(clock.start + clock.now));
    },
    pass: () => Promise.resolve(),
    passUntil: () => Promise.resolve(),
  };
  return clock;
}
