import {
  ActivityFailure,
  condition,
  continueAsNew,
  patched,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { AccessChangeStanding } from '../activities/access-changes';
import { cascade, crowd, slackCrowd } from './activities';
import {
  operationMoved,
  type AccessChangeInput,
  type AccessChangeResult,
  type AccessChangeWorkflow,
} from './contracts/access-change';
import { stateKey } from './contracts/search-attributes';

/**
 * What follows an operation that takes access away. Above the team's cap nothing is taken until somebody confirms it; after a
 * day without that it is cancelled (GUEST-8). Then, or else at once, what guests have lost already is written down in pages,
 * and they, whoever did it and the Workspace Admins are told once (GUEST-7). Progress is in the rows: a step that is repeated
 * goes on where the rows are.
 */
export async function accessChange(input: AccessChangeInput): Promise<AccessChangeResult> {
  let moves = 0;
  setHandler(operationMoved, () => void (moves += 1), { description: 'Look at the operation’s row again' });
  let standing = await look(input);
  while (standing.state === 'awaiting_confirmation') {
    const seen = moves;
    const left = Math.max(1, standing.confirmableUntil - Date.now());
    await condition(() => moves > seen, left, { summary: 'Nobody confirms within a day' });
    await cascade.expireAccessChange({ ...input, asOf: Date.now() });
    standing = await look(input);
  }
  if (standing.state === 'cancelled') return { state: standing.state, told: 0 };
  // Runs begun before look their rows up after each page.
  const counts = patched('settled-counts');
  while (standing.open > 0) {
    const settled = await cascade.settleGuests({ ...input, asOf: Date.now() });
    // A page says how far it came; the end is looked up, since the door settles who comes back meanwhile.
    const isOnTheWay = counts && settled > 0 && settled < standing.open;
    standing = isOnTheWay ? further(standing, settled) : await look(input);
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<AccessChangeWorkflow>(input);
  }
  await cascade.tellClosedRequests(input);
  const told = await writeAll(input);
  const isDone = await Promise.all([mailAll(input), sayAll(input)]);
  // What was written is written once: another run finds what is left to send.
  if (isDone.includes(false)) await continueAsNew<AccessChangeWorkflow>(input);
  setCurrentDetails(`**${standing.done}** guests written off, **${told}** people told.`);
  return { state: standing.state, told };
}

async function look(input: AccessChangeInput): Promise<AccessChangeStanding> {
  const standing = await cascade.loadAccessChange(input);
  upsertSearchAttributes([{ key: stateKey, value: standing.state }]);
  show(standing);
  return standing;
}

/** Where the operation stands after a page of so many. */
function further(before: AccessChangeStanding, settled: number): AccessChangeStanding {
  const standing = { ...before, done: before.done + settled, open: before.open - settled };
  show(standing);
  return standing;
}

function show({ state, done, total, confirmableUntil }: AccessChangeStanding): void {
  setCurrentDetails(
    state === 'awaiting_confirmation'
      ? `Would touch **${total}** guests. Waits to be confirmed until ${new Date(confirmableUntil).toISOString()}.`
      : `**${done}** of **${total}** guests written off.`,
  );
}

async function writeAll(input: AccessChangeInput): Promise<number> {
  let told = 0;
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof cascade.writeLossNotices>> = await cascade.writeLossNotices({
      ...{ ...input, after },
      asOf: Date.now(),
    });
    told += page.told;
    after = page.next;
  } while (after !== null);
  return told;
}

/** @returns false where the history grew long, and another run is to go on */
async function mailAll({ operationId, teamId }: AccessChangeInput): Promise<boolean> {
  const due = { teamId, shareId: operationId };
  while ((await crowd.mailNotices({ ...due, asOf: Date.now() })).isMore) {
    if (workflowInfo().continueAsNewSuggested) return false;
  }
  return true;
}

/** As {@link mailAll}, in Slack. */
async function sayAll({ operationId, teamId }: AccessChangeInput): Promise<boolean> {
  const due = { teamId, shareId: operationId };
  try {
    while ((await slackCrowd.sendDirectNotices({ ...due, asOf: Date.now() })).isMore) {
      if (workflowInfo().continueAsNewSuggested) return false;
    }
  } catch (error) {
    // Slack was dark for longer than a notice is of use there, or the app was removed; the app and mail told them.
    if (!(error instanceof ActivityFailure)) throw error;
  }
  return true;
}
