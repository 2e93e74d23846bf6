import {
  ActivityFailure,
  continueAsNew,
  patched,
  setCurrentDetails,
  workflowInfo,
} from '@temporalio/workflow';
import { crowd, formerCrowd, main, slackCrowd } from './activities';
import type { ShareInput, ShareResult, ShareWorkflow } from './contracts/share';

/**
 * What follows a share (SHARE-3, SHARE-9): its requests and invitations are set going, and people are told once, in pages
 * whose progress is in the rows. Mail and Slack go side by side: one that is down holds up nobody on the other.
 */
export async function share(input: ShareInput): Promise<ShareResult> {
  const invites = input.before?.invites ?? (await main.startInvites(input));
  if (!patched('notices-in-pages')) {
    const told = await formerCrowd.tellRecipients(input);
    setCurrentDetails(`Told **${told}** people, started **${invites}** invites.`);
    return { told, invites };
  }
  const { shareId, teamId } = input;
  const told = input.before?.told ?? (await writeAll(input));
  const result = { told, invites };
  setCurrentDetails(`Telling **${told}** people, started **${invites}** invites.`);
  const goOn = () => continueAsNew<ShareWorkflow>({ shareId, teamId, before: result });
  const isDone = await Promise.all([mailAll(input), sayAll(input)]);
  if (isDone.includes(false)) await goOn();
  setCurrentDetails(`Told **${told}** people, started **${invites}** invites.`);
  return result;
}

async function writeAll({ shareId, teamId }: ShareInput): Promise<number> {
  let told = 0;
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof crowd.writeNotices>> = await crowd.writeNotices({
      ...{ shareId, teamId, after },
      asOf: Date.now(),
    });
    told += page.told;
    after = page.next;
  } while (after !== null);
  return told;
}

/** @returns false where the history grew long, and another run is to go on */
async function mailAll({ shareId, teamId }: ShareInput): Promise<boolean> {
  while ((await crowd.mailNotices({ shareId, teamId, asOf: Date.now() })).isMore) {
    if (workflowInfo().continueAsNewSuggested) return false;
  }
  return true;
}

/** As {@link mailAll}, in Slack: first the channel, then each person. */
async function sayAll({ shareId, teamId }: ShareInput): Promise<boolean> {
  try {
    await slackCrowd.announceShare({ shareId, teamId });
    while ((await slackCrowd.sendDirectNotices({ shareId, teamId, asOf: Date.now() })).isMore) {
      if (workflowInfo().continueAsNewSuggested) return false;
    }
  } catch (error) {
    // Slack was dark for longer than a notice is of use there, or the app was removed; the app and mail told them.
    if (!(error instanceof ActivityFailure)) throw error;
  }
  return true;
}
