import type { OpenRequest } from '../domain/approval';
import { judge } from '../domain/judging';
import { Approval } from '../store/models';
import { teamRolesOf } from '../store/queries/access';
import { approvalView } from '../store/queries/approval-view';
import { requesterIdsOf, subjectIdOf } from '../store/queries/approvers';
import { principalsOf } from '../store/queries/delegations';
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
    const { state, policy, requestedRole } = approval;
    const request: OpenRequest = {
      ...{ state, policy, requestedRole, revision: approval.revision, approvals: [] },
      expiresAt: approval.expiresAt.getTime(),
      requesterIds: await requesterIdsOf(tx, approvalId),
      subjectUserId: await subjectIdOf(tx, approval),
    };
    const { outcome } = judge(request, {
      ...{ userId, teamRoles: await teamRolesOf(tx, teamId, userId), verdict: 'deny', revision },
      principals: await principalsOf(tx, teamId, userId, asOf),
      // The reason is what the modal asks for: here it counts as given.
      ...{ reason: '…', grantRole: null, asOf: asOf.getTime(), seatFree: true },
    });
    if (outcome === 'denied' || outcome === 'approved' || outcome === 'recorded') {
      return { isReasonRequired: policy.denyReasonRequired };
    }
    const text = refusalText(outcome, await approvalView(tx, approvalId, asOf));
    return { text, isOutdated: outcome !== 'not_an_approver' && outcome !== 'self_approval' };
  });
}
