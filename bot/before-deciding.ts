import { sentencesOf } from '../domain/asking';
import type { Verdict } from '../domain/approval';
import { grantableRoles, judge } from '../domain/judging';
import type { ShareRole } from '../domain/roles';
import { Approval } from '../store/models';
import { approvalView, type ApprovalView } from '../store/queries/approval-view';
import { deciderOf, openRequestOf } from '../store/queries/judged';
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
    const approval = await Approval.query(tx).findById(approvalId).throwIfNotFound();
    const request = await openRequestOf(tx, approval);
    const { outcome } = judge(request, {
      ...(await deciderOf(tx, approval, userId, asOf)),
      ...{ verdict, revision },
      // The reason is what the form asks for; a seat may be free by the time it is sent.
      ...{ reason: '…', grantRole: null, asOf: asOf.getTime(), seatFree: true },
    });
    const view = await approvalView(tx, approvalId, asOf);
    const counts = outcome === 'denied' || outcome === 'approved' || outcome === 'recorded';
    const isChoice = sentencesOf(approval).takesLowerRole;
    const grantable = isChoice ? grantableRoles(request) : [request.requestedRole];
    if (counts && view !== null) return { view, grantable };
    const text = refusalText(counts ? 'already_closed' : outcome, view);
    return { text, isOutdated: outcome !== 'not_an_approver' && outcome !== 'self_approval' };
  });
}
