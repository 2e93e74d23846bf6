import {
  ActivityFailure,
  condition,
  continueAsNew,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { crowd, slackCrowd } from './activities';
import { noticesHeld, type HeldNoticesInput, type HeldNoticesWorkflow } from './contracts/held-notices';

/** Waits for the end of people's quiet hours and sends what was held until then, until nothing is held (SLACK-5). */
export async function heldNotices(input: HeldNoticesInput): Promise<void> {
  let news = 0;
  setHandler(noticesHeld, () => {
    news += 1;
  });
  for (;;) {
    const known = news;
    const isNew = () => news > known;
    await Promise.all([mailDue(input), sayDue(input)]);
    const next = await crowd.nextHeldNotice({ ...input, asOf: Date.now() });
    if (next === null && !isNew()) return;
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<HeldNoticesWorkflow>(input);
    if (next === null) continue;
    const at = new Date(next).toISOString();
    setCurrentDetails(`The next notices that are held are due at ${at}.`);
    await condition(isNew, Math.max(1, next - Date.now()), { summary: 'Held notices are due' });
  }
}

async function mailDue({ teamId }: HeldNoticesInput): Promise<void> {
  const due = { teamId, shareId: null };
  while ((await crowd.mailNotices({ ...due, asOf: Date.now() })).isMore);
}

async function sayDue({ teamId }: HeldNoticesInput): Promise<void> {
  try {
    const due = { teamId, shareId: null };
    while ((await slackCrowd.sendDirectNotices({ ...due, asOf: Date.now() })).isMore);
  } catch (error) {
    // Slack was dark for longer than a notice is of use there; what is left goes with the next that is due.
    if (!(error instanceof ActivityFailure)) throw error;
  }
}
