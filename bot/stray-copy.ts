import { SlackMessage } from '../store/models';
import type { BotDeps } from './deps';
import { slackFailure } from './web-client';

/** A message with a card's controls that somebody clicked. */
export interface Clicked {
  readonly approvalId: string;
  readonly teamId: string;
  readonly slackTeamId: string;
  readonly channel: string;
  readonly ts: string;
}

/**
 * Deals with a copy that our rows do not know (SLACK-9): where the history may not be read, a post whose answer was lost
 * leaves one behind. It is adopted when the row still looks for its message, and taken away when the row has another.
 */
export async function settleStrayCopy(deps: BotDeps, clicked: Clicked): Promise<void> {
  const { store, slack, processes, log } = deps;
  const { approvalId, teamId, slackTeamId, channel, ts } = clicked;
  const found = await store.inTeam(teamId, async (tx) => {
    const rows = await SlackMessage.query(tx).where({ approvalId, slackTeamId, channel });
    if (rows.some((row) => row.ts === ts)) return 'known';
    const now = store.clock.now();
    const adopted = await SlackMessage.query(tx)
      .where({ approvalId, slackTeamId, channel, state: 'intended' })
      .whereNull('ts')
      .where((free) => void free.whereNull('claimedUntil').orWhere('claimedUntil', '<', now))
      .patch({ ts, state: 'posted', drawn: null, updatedAt: now });
    return adopted > 0 ? 'adopted' : 'stray';
  });
  if (found === 'adopted') await processes.requestChanged(approvalId);
  if (found !== 'stray') return;
  try {
    const client = await slack.clientFor(slackTeamId);
    await client?.chat.delete({ channel, ts });
  } catch (error) {
    // The copy that counts is drawn all the same; a click on this one is answered like any other.
    log.warn({ failure: slackFailure(error) }, 'a second copy of a card could not be taken away');
  }
}
