import { approvalView } from '../../../store/queries/approval-view';
import type { BotDeps } from '../../deps';
import { refusalText } from '../../refusals';
import { whenPressedOn } from '../pressed';

/** Withdraw, on the requester's own card (INVITE-8). Of a merged request their part goes. */
export function withdraw(deps: BotDeps) {
  return whenPressedOn(deps, async ({ cause, userId, approvalId, teamId }) => {
    const by = { userId, via: 'slack', requestId: null } as const;
    const outcome = await deps.processes.withdraw({ approvalId, teamId }, by);
    if (outcome === 'withdrawn') return null;
    if (outcome === 'forbidden') return 'Only whoever made the request can withdraw it.';
    const view = await deps.store.inTeam(teamId, (tx) => approvalView(tx, approvalId, cause.asOf));
    return view?.state === 'withdrawn' ? null : refusalText(outcome, view);
  });
}
