import type { Cause } from '../domain/actor';
import type { DecisionOutcome, DecisionRefusal, Verdict } from '../domain/approval';
import { Refusal } from '../domain/refusal';
import { isInsider, type ShareRole } from '../domain/roles';
import { notFound } from '../operations/parts/caller-rights';
import { recordAttempt } from '../operations/record-attempt';
import { teamRolesOf } from '../store/queries/access';
import { maySeeApproval } from '../store/queries/approval-access';
import { approvalView, type ApprovalView, type Decider } from '../store/queries/approval-view';
import { locate } from '../store/queries/locate';
import type { ApiDeps } from './deps';

/** What somebody decides on a request. */
export interface DecisionInput {
  readonly approvalId: string;
  readonly attemptId: string;
  readonly verdict: Verdict;
  readonly reason: string | null;
  readonly grantRole: ShareRole | null;
  readonly revision: number | null;
  readonly via: 'web' | 'api';
}

/** A request that the caller may see. @throws {Refusal} `not_found` */
export async function seeApproval(deps: ApiDeps, cause: Cause, approvalId: string): Promise<ApprovalView> {
  const place = await locate(deps.store, 'approval', approvalId);
  if (place === null) throw notFound('request');
  return deps.store.inTeam(place.teamId, async (tx) => {
    const view = (await maySeeApproval(tx, approvalId, cause.actor, cause.asOf))
      ? await approvalView(tx, approvalId, cause.asOf)
      : null;
    if (view === null) throw notFound('request');
    return view;
  });
}

/**
 * Decides on a request as Slack does: the attempt is written, and its request's run is asked (INVITE-4).
 * @throws {Refusal} `not_found`, `not_an_approver`, `forbidden`, `unavailable`
 */
export async function decide(deps: ApiDeps, cause: Cause, input: DecisionInput): Promise<DecisionOutcome> {
  const { approvalId, attemptId } = input;
  const place = await locate(deps.store, 'approval', approvalId);
  if (place?.teamId == null) throw notFound('request');
  const { teamId } = place;
  await recordAttempt(deps.store, cause, { ...input, teamId }).catch(async (error: unknown) => {
    const isHidden = error instanceof Refusal && error.code === 'not_found';
    throw isHidden && (await knowsTheQueue(deps, cause, teamId))
      ? new Refusal('not_an_approver', SENTENCES.not_an_approver)
      : error;
  });
  return deps.processes.decide({ teamId, approvalId, attemptId });
}

/**
 * Whether somebody is a member of the team and no guest: they know the queue, if not the request, and are told that it is not
 * theirs to decide, as Slack tells them below a card in the channel (INVITE-3). To others it is not there.
 */
async function knowsTheQueue({ store }: ApiDeps, { actor }: Cause, teamId: string): Promise<boolean> {
  if (actor.type !== 'person') return false;
  const roles = await store.inTeam(teamId, (tx) => teamRolesOf(tx, teamId, actor.userId));
  return isInsider(roles);
}

const SENTENCES: Readonly<Record<DecisionRefusal, string>> = {
  already_decided: 'Somebody decided before you.',
  already_closed: 'The request was withdrawn or closed.',
  already_approved_by_you: 'You approved it already; it waits for another approver.',
  not_an_approver:
    'This takes the team role Admin or Super Admin, or somebody with it who handed over to you; where Editors decide, an Editor of the element.',
  self_approval:
    'Nobody decides on what they asked for or on what is for themselves, nor for somebody who did.',
  stale_revision: 'The request changed since you saw it. Look at it again.',
  no_seats: 'The team has no free seat. The request stays pending.',
  expired: 'The request expired before it was decided.',
  reason_required: 'A denial needs a reason: whoever asked will see it.',
};

/** Whoever decided, as REST names them: `onBehalfOf` is there where they stood in for somebody (INVITE-9). */
export function deciderAnswer<T extends Decider>(
  decider: T | null,
): (Omit<T, 'onBehalfOf'> & { onBehalfOf?: string }) | null {
  if (decider === null) return null;
  const { onBehalfOf, ...person } = decider;
  return onBehalfOf === undefined ? person : { ...person, onBehalfOf: onBehalfOf.userId };
}

/** Whether an outcome is a decision that counts. */
export function counts(outcome: DecisionOutcome): outcome is 'approved' | 'denied' | 'recorded' {
  return outcome === 'approved' || outcome === 'denied' || outcome === 'recorded';
}

/** The refusal for an attempt that did not count: whoever lost a race learns who won, when and how. */
export function refusalOf(outcome: DecisionRefusal, view: ApprovalView): Refusal {
  const { decidedBy, decidedAt, decision, decidedVia, state, revision } = view;
  const settled =
    decidedAt === null
      ? {}
      : { decidedBy: deciderAnswer(decidedBy), decidedAt: decidedAt.toISOString(), decision, decidedVia };
  const members =
    outcome === 'already_decided' ? settled : outcome === 'stale_revision' ? { revision } : { state };
  return new Refusal(outcome, SENTENCES[outcome], { members });
}
