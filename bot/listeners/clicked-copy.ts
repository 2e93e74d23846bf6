import { locate } from '../../store/queries/locate';
import type { BotDeps } from '../deps';
import { settleStrayCopy } from '../stray-copy';
import type { Click } from './click';

/** After a click on a card: a copy that our rows do not know is adopted or taken away (SLACK-9). */
export async function settleClickedCopy(deps: BotDeps, { pressed, place, ts }: Click): Promise<void> {
  const { channel, slackTeamId } = place;
  if (pressed === null || channel === null || ts === null) return;
  const { approvalId } = pressed;
  const team = await locate(deps.store, 'approval', approvalId);
  if (team?.teamId == null) return;
  await settleStrayCopy(deps, { approvalId, teamId: team.teamId, slackTeamId, channel, ts });
}
