import type { DecisionOutcome } from '../domain/approval';
import { appendAudit } from '../store/audit';
import type { Store } from '../store/database';
import { Approval, ApprovalAttempt } from '../store/models';
import { lockTeam } from '../store/queries/seats';
import { judgeAttempt, settleAttempt } from './parts/settle-attempt';

/** Which attempt, and the instant of the decision: the workflow's clock. */
export interface Decide {
  readonly attemptId: string;
  readonly asOf: Date;
}

/** What became of an attempt, and whether it changed the request. */
export interface Decided {
  readonly outcome: DecisionOutcome;
  readonly changed: boolean;
}

/**
 * Decides on a request, or says why the attempt does not count (INVITE-2..7, GUEST-6). One transaction under the locks of
 * the team and the request: of any number at once one takes effect. An attempt that has its outcome gets it again.
 */
export async function decideApproval(store: Store, { attemptId, asOf }: Decide): Promise<Decided> {
  const { teamId } = await store.acrossTeams((tx) =>
    ApprovalAttempt.query(tx).findById(attemptId).throwIfNotFound(),
  );
  return store.inTeam(teamId, async (tx) => {
    const team = await lockTeam(tx, teamId);
    const attempt = await ApprovalAttempt.query(tx).findById(attemptId).throwIfNotFound();
    const approval = await Approval.query(tx).findById(attempt.approvalId).forNoKeyUpdate().throwIfNotFound();
    if (attempt.outcome !== null) return { outcome: attempt.outcome, changed: false };
    const verdict = await judgeAttempt(tx, team, approval, attempt, asOf);
    const { outcome, audit, author } = await settleAttempt(tx, team, approval, attempt, verdict, asOf);
    await appendAudit(tx, teamId, author, audit);
    return { outcome, changed: audit.length > 0 };
  });
}
