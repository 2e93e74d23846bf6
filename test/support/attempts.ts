import { v7 as uuid } from 'uuid';
import type { DecisionOutcome, Verdict } from '../../domain/approval';
import type { ShareRole } from '../../domain/roles';
import { decideApproval } from '../../operations/decide-approval';
import { recordAttempt } from '../../operations/record-attempt';
import type { Store } from '../../store/database';
import { byPerson } from './world';

/** A wish to decide; what is left out is as a plain click has it. */
export interface Wish {
  readonly teamId: string;
  readonly approvalId: string;
  readonly userId: string;
  readonly verdict: Verdict;
  readonly reason?: string;
  readonly grantRole?: ShareRole;
  readonly revision?: number;
  /** The instant of the decision. */
  readonly asOf?: Date;
}

/** Writes the attempt as a surface does. @returns its id */
export async function attemptOf(store: Store, wish: Wish): Promise<string> {
  const { teamId, approvalId, userId, verdict, reason, grantRole, revision, asOf } = wish;
  const attemptId = uuid();
  await recordAttempt(store, byPerson(userId, asOf ?? new Date()), {
    ...{ attemptId, teamId, approvalId, verdict, via: 'api' },
    ...{ reason: reason ?? null, grantRole: grantRole ?? null, revision: revision ?? null },
  });
  return attemptId;
}

/** Writes the attempt and puts it to the rule, as the request's run does. */
export async function decideNow(store: Store, wish: Wish): Promise<DecisionOutcome> {
  const attemptId = await attemptOf(store, wish);
  return (await decideApproval(store, { attemptId, asOf: wish.asOf ?? new Date() })).outcome;
}
