import {
  ActivityFailure,
  condition,
  continueAsNew,
  isCancellation,
  patched,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { MANY_KEYS } from '../domain/access-key';
import type { KeyringStanding } from '../activities/keyring';
import { mail, main, slackKeys } from './activities';
import { keysChanged, type KeyringInput } from './contracts/keyring';

/** What becomes due in a team with many keys is gathered for as long. */
const LARGE_PAUSE_MS = 60_000;
/** Where the database's clock is behind Temporal's, what is due here is not yet due there. */
const SHORTEST_PAUSE_MS = 1_000;
/** Longer than this no timer runs untold: a policy that became shorter is seen within the day. */
const LONGEST_PAUSE_MS = 86_400_000;
/** A mail server that was down is tried again after this. */
const TELL_AGAIN_MS = 900_000;

/**
 * The access keys of one team (KEY-4): sleeps until the next warning or end, lets an activity deal with all that is due in
 * batches, and reads the rows again. The rows are the truth, and serving asks them alone: a run that is late delays a
 * warning, never an end. Continues as new after each batch; ends with the team's last key.
 */
export async function keyring(input: KeyringInput): Promise<void> {
  let changes = 0;
  setHandler(keysChanged, () => void (changes += 1), { description: 'Look at the team’s keys again' });
  for (;;) {
    // Before the look: a change that comes during it leads to another.
    const seen = changes;
    const standing = await main.tendKeys({ ...input, asOf: Date.now() });
    show(standing);
    const isMailed = standing.untold === 0 || (await tell(input));
    const isSaid = !(standing.unsaid > 0 && patched('key-notices-in-slack')) || (await say(input));
    const isTold = isMailed && isSaid;
    if (changes > seen) continue;
    if (standing.nextAt === null && isTold) return;
    const isMoreDue = standing.isMoreDue && isTold;
    const hasDone = standing.ended + standing.warned > 0;
    const isLarge = standing.live > MANY_KEYS;
    // Where keys end all the time, a look right after a batch would find the next few, and so would the one after it.
    const isGathering = hasDone && !isMoreDue && isLarge && patched('gathers-after-a-batch');
    if (!isGathering && (isMoreDue || hasDone || workflowInfo().continueAsNewSuggested)) {
      await continueAsNew<typeof keyring>(input);
    }
    const left = (standing.nextAt ?? Infinity) - Date.now();
    const longest = isTold ? LONGEST_PAUSE_MS : TELL_AGAIN_MS;
    const pause = Math.min(Math.max(left, isLarge ? LARGE_PAUSE_MS : SHORTEST_PAUSE_MS), longest);
    const summary = isLarge ? 'Gather what becomes due' : 'The next warning or end of a key';
    await condition(() => !isLarge && changes > seen, pause, { summary });
    if (isGathering) await continueAsNew<typeof keyring>(input);
  }
}

/** @returns whether they stand in Slack; while it is dark the keys are tended all the same */
async function say({ teamId }: KeyringInput): Promise<boolean> {
  try {
    const due = { teamId, shareId: teamId };
    while ((await slackKeys.sendDirectNotices({ ...due, asOf: Date.now() })).isMore);
    return true;
  } catch (error) {
    if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error;
    return false;
  }
}

/** @returns whether it went out; with mail down the keys are tended all the same, and it is tried again later */
async function tell(input: KeyringInput): Promise<boolean> {
  try {
    // What a run answered before there were pages says nothing of more.
    while ((await mail.tellKeyOwners({ ...input, asOf: Date.now() })).isMore);
    return true;
  } catch (error) {
    if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error;
    return false;
  }
}

function show({ live, ended, warned, nextAt }: KeyringStanding): void {
  const next = nextAt === null ? 'No key lives: the run ends.' : `Next: ${new Date(nextAt).toISOString()}.`;
  const many = live > MANY_KEYS ? `More than ${MANY_KEYS}` : String(live);
  setCurrentDetails(`**${many}** keys live. Just ended: ${ended}, warned of: ${warned}.\n\n${next}`);
}
