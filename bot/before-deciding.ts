import type { OpenRequest, Verdict } from '../domain/approval';
import { grantableRoles, judge } from '../domain/judging';
import type { ShareRole } from '../domain/roles';
import type { Tx } from '../store/database';
import { Approval, ApprovalAttempt } from '../store/models';
import { teamRolesOf } from '../store/queries/access';
import { approvalView, type ApprovalView } from '../store/queries/approval-view';
import { requesterIdsOf, subjectIdOf } from '../store/queries/approvers';
import { principalsOf } from '../store/queries/delegations';
import type { Pressed } from './cards/control-ids';
import type { BotDeps } from './deps';
import type { SlackPerson } from './identity';
import { refusalText } from './refusals';
import { targetOf } from './target';

/** What a form for a decision shows. */
export interface Decidable {
  readonly view: ApprovalView;
  /** Roles that this approver may grant, the highest first. */
  readonly grantable: readonly ShareRole[];
}

/** What to ask for in a form, or why that would be in vain. */
export type BeforeDeciding = Decidable | { readonly text: string; readonly isOutdated: boolean };

/**
 * Looks before a modal opens, so that nobody fills it in in vain. Decides nothing: the rule is asked again when the modal
 * is submitted.
 */
export async function beforeDeciding(
  deps: BotDeps,
  { approvalId, revision }: Pressed,
  person: SlackPerson,
  verdict: Verdict,
): Promise<BeforeDeciding> {
  const target = await targetOf(deps, approvalId, person);
  if ('text' in target) return { ...target, isOutdated: false };
  const { teamId, userId } = target;
  const asOf = deps.store.clock.now();
  return deps.store.inTeam(teamId, async (tx) => {
    const request = await requestOf(tx, approvalId);
    const { outcome } = judge(request, {
      ...{ userId, teamRoles: await teamRolesOf(tx, teamId, userId), verdict, revision },
      principals: await principalsOf(tx, teamId, userId, asOf),
      // The reason is what the form asks for; a seat may be free by the time it is sent.
      ...{ reason: '…', grantRole: null, asOf: asOf.getTime(), seatFree: true },
    });
    const view = await approvalView(tx, approvalId, asOf);
    const counts = outcome === 'denied' || outcome === 'approved' || outcome === 'recorded';
    if (counts && view !== null) return { view, grantable: grantableRoles(request) };
    const text = refusalText(counts ? 'already_closed' : outcome, view);
    return { text, isOutdated: outcome !== 'not_an_approver' && outcome !== 'self_approval' };
  });
}

async function requestOf(tx: Tx, approvalId: string): Promise<OpenRequest> {
  const approval = await Approval.query(tx).findById(approvalId).throwIfNotFound();
  const { state, policy, requestedRole, revision } = approval;
  const recorded = await ApprovalAttempt.query(tx).where({ approvalId, revision, outcome: 'recorded' });
  return {
    ...{ state, policy, requestedRole, revision },
    expiresAt: approval.expiresAt.getTime(),
    requesterIds: await requesterIdsOf(tx, approvalId),
    subjectUserId: await subjectIdOf(tx, approval),
    approvals: recorded.map(({ userId, onBehalfOf, grantedRole }) => ({
      ...{ userId, onBehalfOf },
      grantedRole: grantedRole ?? requestedRole,
    })),
  };
}
