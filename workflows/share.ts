import { setCurrentDetails } from '@temporalio/workflow';
import { crowd, main } from './activities';
import type { ShareInput, ShareResult } from './contracts/share';

/** What follows a share (SHARE-3, SHARE-9): its requests and invitations are set going, and people are told once. */
export async function share(input: ShareInput): Promise<ShareResult> {
  const invites = await main.startInvites(input);
  const told = await crowd.tellRecipients(input);
  setCurrentDetails(`Told **${told}** people, started **${invites}** invites.`);
  return { told, invites };
}
