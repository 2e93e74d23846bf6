import { judge } from '../domain/judging';
import { Approval } from '../store/models';
import { approvalView } from '../store/queries/approval-view';
import { deciderOf, openRequestOf } from '../store/queries/judged';
import type { Pressed } from './cards/control-ids';
import type { BotDeps } from './deps';
import type { SlackPerson } from './identity';
import { refusalText } from './refusals';
import { targetOf } from './target';

/** Whether to ask for a reason, or why that would be in vain. */
export type BeforeDenying =
  { readonly isReasonRequired: boolean } | { readonly text: string; readonly isOutdated: boolean };

/**
 * Looks before the modal opens, so that nobody writes a reason in vain. Decides nothing: the rule is asked again when the
 * reason comes.
 */
export async function beforeDenying(
  deps: BotDeps,
  { approvalId, revision }: Pressed,
  person: SlackPerson,
): Promise<BeforeDenying> {
  const target = await targetOf(deps, approvalId, person);
  if ('text' in target) return { ...target, isOutdated: false };
  const { teamId, userId } = target;
  const asOf = deps.store.clock.now();
  return deps.store.inTeam(teamId, async (tx) => {
    const approval = await Approval.query(tx).findById(approvalId).throwIfNotFound();
    const { outcome } = judge(await openRequestOf(tx, approval), {
      ...(await deciderOf(tx, approval, userId, asOf)),
      ...{ verdict: 'deny', revision },
      // The reason is what the modal asks for: here it counts as given.
      ...{ reason: '…', grantRole: null, asOf: asOf.getTime(), seatFree: true },
    });
    if (outcome === 'denied' || outcome === 'approved' || outcome === 'recorded') {
      return { isReasonRequired: approval.policy.denyReasonRequired };
    }
    const text = refusalText(outcome, await approvalView(tx, approvalId, asOf));
    return { text, isOutdated: outcome !== 'not_an_approver' && outcome !== 'self_approval' };
  });
}
