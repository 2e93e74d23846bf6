import { v5 as nameBased } from 'uuid';
import { besideDeciding } from '../../../operations/beside-deciding';
import { approvalView } from '../../../store/queries/approval-view';
import type { BotDeps } from '../../deps';
import { refusalText } from '../../refusals';
import { whenPressedOn } from '../pressed';

/** Makes ids of timeline lines out of inbox keys: a click that is worked off twice makes one line. */
const LINES = '3d3b7c0a-52a4-4f6f-8f0b-6b5f3f0f9a55';

const FORBIDDEN = {
  nudge: 'Only whoever made the request can nudge its approvers.',
  claim: 'Only somebody who could decide on the request can be on it.',
} as const;

/** “I'm on it” and Nudge (INVITE-8). */
export function besides(deps: BotDeps, act: 'nudge' | 'claim') {
  return whenPressedOn(deps, async ({ cause, approvalId, teamId, inboxKey }) => {
    const lineId = nameBased(inboxKey, LINES);
    const outcome = await besideDeciding(deps.store, cause, { approvalId, teamId, lineId }, { act });
    await deps.processes.requestChanged(approvalId);
    if (outcome.done) return act === 'nudge' ? 'The approvers are asked again.' : null;
    if (outcome.why === 'forbidden') return FORBIDDEN[act];
    if (outcome.why === 'too_soon') {
      const minutes = Math.ceil(outcome.waitMs / 60_000);
      return `The approvers were nudged within the last hour. You can do it again in ${minutes} min.`;
    }
    const view = await deps.store.inTeam(teamId, (tx) => approvalView(tx, approvalId, cause.asOf));
    return refusalText(outcome.why, view);
  });
}
