import type { Cause } from '../domain/actor';
import { forbidden, notFound, requirePerson } from '../operations/parts/caller-rights';
import { maySeeApproval } from '../store/queries/approval-access';
import { approvalView, type ApprovalView } from '../store/queries/approval-view';
import { locate } from '../store/queries/locate';
import { refusalOf } from './deciding';
import type { ApiDeps } from './deps';

/** How a withdrawal comes. `isRetry`: one that this person made already counts as this one. */
export interface WithdrawalBy {
  /** The same for each try at one call. */
  readonly callId: string;
  readonly via: 'web' | 'api';
  readonly requestId: string;
  readonly isRetry: boolean;
}

/**
 * A requester takes a request back; of a merged one only their part goes (INVITE-8).
 * @returns the request as it is then, also to somebody who has no part in it any more
 * @throws {Refusal} `not_found`, `forbidden`, `already_decided`, `already_closed`, `expired`, `unavailable`
 */
export async function withdraw(
  deps: ApiDeps,
  cause: Cause,
  approvalId: string,
  { callId, isRetry, ...by }: WithdrawalBy,
): Promise<ApprovalView> {
  const userId = requirePerson(cause.actor);
  const place = await locate(deps.store, 'approval', approvalId);
  if (place?.teamId == null) throw notFound('request');
  const { teamId } = place;
  const read = async (mayLook: () => boolean | Promise<boolean>): Promise<ApprovalView> => {
    const view = (await mayLook())
      ? await deps.store.inTeam(teamId, (tx) => approvalView(tx, approvalId, cause.asOf))
      : null;
    if (view === null) throw notFound('request');
    return view;
  };
  const anyway = () => true;
  if (isRetry) {
    const view = await read(anyway);
    if (wasWithdrawnBy(view, userId)) return view;
  }
  const before = await read(() =>
    deps.store.inTeam(teamId, (tx) => maySeeApproval(tx, approvalId, cause.actor, cause.asOf)),
  );
  if (!isRequester(before, userId)) throw forbidden('This takes whoever made the request.');
  const outcome = await deps.processes.withdraw({ approvalId, teamId }, { userId, ...by }, callId);
  const after = await read(anyway);
  if (outcome === 'forbidden') throw forbidden('This takes whoever made the request.');
  if (outcome !== 'withdrawn') throw refusalOf(outcome, after);
  return after;
}

function isRequester({ requesters }: ApprovalView, userId: string): boolean {
  return requesters.some((person) => person.userId === userId);
}

/** Whether this person's part is gone by their own word. */
function wasWithdrawnBy(view: ApprovalView, userId: string): boolean {
  const said = view.timeline.some(
    ({ type, by, data }) =>
      by?.userId === userId &&
      (type === 'withdrawn' || (type === 'reduced' && data['reason'] === 'withdrawn')),
  );
  return said && (view.state === 'withdrawn' || !isRequester(view, userId));
}
