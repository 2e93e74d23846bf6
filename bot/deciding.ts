import { v5 as nameBased } from 'uuid';
import type { Cause } from '../domain/actor';
import type { DecisionOutcome, Verdict } from '../domain/approval';
import type { ShareRole } from '../domain/roles';
import { Refusal } from '../domain/refusal';
import { recordAttempt } from '../operations/record-attempt';
import { approvalView, type ApprovalView } from '../store/queries/approval-view';
import type { Pressed } from './cards/control-ids';
import type { BotDeps } from './deps';
import type { SlackPerson } from './identity';
import type { TakenIn } from './taken-in';
import { GIVEN_UP, NOT_KNOWN, refusalText } from './refusals';
import { targetOf } from './target';

/** Makes attempt ids out of inbox keys: a callback that is worked off twice is the same attempt. */
const ATTEMPTS = 'b5a1f0f4-6c1e-4e9e-9a53-0f2f6f7a1c3d';

/** A decision that came from Slack. */
export interface SlackDecision extends Pressed {
  readonly person: SlackPerson;
  readonly inboxKey: string;
  readonly verdict: Verdict;
  readonly reason: string | null;
  /** The role to grant, where another than was asked for; null: what was asked for. */
  readonly grantRole: ShareRole | null;
}

/** What to say to the one who clicked; null when the cards say it. `outcome` as the run gave it, if it was asked. */
export interface Said {
  readonly outcome: DecisionOutcome | null;
  readonly text: string | null;
}

/**
 * Decides on a request as REST does (INVITE-4): who the person is here, the attempt, the request's run. Rights are asked
 * there, at this moment.
 * @throws {Refusal} `unavailable` when it is not known what became of it
 */
export async function decideFromSlack(deps: BotDeps, decision: SlackDecision): Promise<Said> {
  const { store, processes } = deps;
  const { approvalId, person } = decision;
  const target = await targetOf(deps, approvalId, person);
  if ('text' in target) return { outcome: null, text: target.text };
  const { teamId, userId } = target;
  const attemptId = nameBased(decision.inboxKey, ATTEMPTS);
  const cause: Cause = {
    actor: { type: 'person', userId },
    source: 'slack',
    requestId: null,
    asOf: store.clock.now(),
  };
  const { verdict, reason, grantRole, revision } = decision;
  const attempt = {
    attemptId,
    approvalId,
    teamId,
    verdict,
    reason,
    grantRole,
    revision,
    via: 'slack',
  } as const;
  try {
    await recordAttempt(store, cause, attempt);
  } catch (error) {
    // Who may not see the request may not decide on it either; that it exists they see by its card.
    if (error instanceof Refusal) return { outcome: null, text: refusalText('not_an_approver', null) };
    throw error;
  }
  const outcome = await processes.decide({ approvalId, teamId, attemptId });
  if (outcome === 'approved' || outcome === 'denied' || outcome === 'recorded')
    return { outcome, text: null };
  // A card that led somebody here is out of date: it is drawn anew.
  await processes.requestChanged(approvalId);
  return { outcome, text: refusalText(outcome, await viewOf(deps, teamId, approvalId)) };
}

/**
 * What to say when a decision's outcome is not known: never that it was not made. Said once, and again when the last try
 * failed; null for what a person can do nothing about.
 */
export function unknownOutcome(error: unknown, { isRepeat, isLastTry }: Omit<TakenIn, 'key'>): string | null {
  if (!(error instanceof Refusal) || error.code !== 'unavailable') return null;
  if (isLastTry) return GIVEN_UP;
  return isRepeat ? null : NOT_KNOWN;
}

function viewOf({ store }: BotDeps, teamId: string, approvalId: string): Promise<ApprovalView | null> {
  return store.inTeam(teamId, (tx) => approvalView(tx, approvalId, store.clock.now()));
}
