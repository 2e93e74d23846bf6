import type { Verdict } from '../domain/approval';
import type { Cause } from '../domain/actor';
import type { ShareRole } from '../domain/roles';
import type { Store } from '../store/database';
import { ApprovalAttempt } from '../store/models';
import { notFound, requirePerson } from './parts/caller-rights';
import { maySeeApproval } from '../store/queries/approval-access';

/** A person's wish to decide, before it is put to the request's workflow. */
export interface Attempt {
  /** From the caller's Idempotency-Key or the click's inbox key: a repeat is the same attempt. */
  readonly attemptId: string;
  readonly approvalId: string;
  readonly teamId: string;
  readonly verdict: Verdict;
  readonly reason: string | null;
  readonly grantRole: ShareRole | null;
  readonly revision: number | null;
  readonly via: 'slack' | 'web' | 'api';
}

/**
 * Writes the attempt, so that the Update that follows carries its id alone and no reason stands in any history (OPS-3).
 * By itself it decides nothing. The same id again changes nothing.
 * @throws {Refusal} `not_found` to those who may not see the request, `forbidden` to programs: they never decide
 */
export async function recordAttempt(store: Store, cause: Cause, attempt: Attempt): Promise<void> {
  const userId = requirePerson(cause.actor);
  const { attemptId, approvalId, teamId, verdict, reason, grantRole, revision, via } = attempt;
  await store.inTeam(teamId, async (tx) => {
    if (!(await maySeeApproval(tx, approvalId, cause.actor, cause.asOf))) throw notFound('request');
    await ApprovalAttempt.query(tx)
      .insert({
        id: attemptId,
        ...{ approvalId, teamId, userId, verdict, reason, grantRole, revision, via },
        requestId: cause.requestId,
        createdAt: cause.asOf,
      })
      .onConflict('id')
      .ignore();
  });
}
