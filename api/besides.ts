import type { Cause } from '../domain/actor';
import { Refusal } from '../domain/refusal';
import { besideDeciding, type Besides } from '../operations/beside-deciding';
import { forbidden } from '../operations/parts/caller-rights';
import type { ApprovalView } from '../store/queries/approval-view';
import { refusalOf, seeApproval } from './deciding';
import type { ApiDeps } from './deps';

const WHO: Readonly<Record<Besides['act'], string>> = {
  nudge: 'This takes whoever made the request.',
  claim: 'This takes somebody who could decide on the request.',
  comment: 'This takes whoever made the request, or somebody who could decide on it.',
};

/**
 * Nudges, claims or comments (INVITE-8), and tells the request's run.
 * @param lineId of the timeline's line: the same call again makes no second one
 * @returns the request as it is then
 * @throws {Refusal} `not_found`, `forbidden`, `rate_limited`, `already_decided`, `already_closed`, `expired`
 */
export async function beside(
  deps: ApiDeps,
  cause: Cause,
  { approvalId, lineId }: { readonly approvalId: string; readonly lineId: string },
  besides: Besides,
): Promise<ApprovalView> {
  const { teamId } = await seeApproval(deps, cause, approvalId);
  const outcome = await besideDeciding(deps.store, cause, { approvalId, teamId, lineId }, besides);
  await deps.processes.requestChanged(approvalId);
  if (outcome.done) return seeApproval(deps, cause, approvalId);
  switch (outcome.why) {
    case 'forbidden':
      throw forbidden(WHO[besides.act]);
    case 'too_soon':
      throw new Refusal('rate_limited', 'The approvers were nudged within the last hour.', {
        retryAfter: Math.ceil(outcome.waitMs / 1_000),
      });
    default:
      throw refusalOf(outcome.why, await seeApproval(deps, cause, approvalId));
  }
}
