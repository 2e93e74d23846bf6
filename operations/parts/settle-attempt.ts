import type { Cause } from '../../domain/actor';
import type { DecisionOutcome } from '../../domain/approval';
import { APPROVAL_ACTIONS } from '../../domain/approval-actions';
import { judge, type Judgement } from '../../domain/judging';
import type { AuditEntry } from '../../store/audit';
import type { Tx } from '../../store/database';
import { Approval, ApprovalAttempt, ApprovalVoice, type Team } from '../../store/models';
import { deciderOf, openRequestOf } from '../../store/queries/judged';
import { expireInside } from '../expire-approval';
import { EFFECTS } from '../kinds/effects';
import { byRule, noteOnTimeline } from './timeline';

/** What became of an attempt: its outcome, lines for the audit log, and in whose name these are. */
export interface SettledAttempt {
  readonly outcome: DecisionOutcome;
  readonly audit: readonly AuditEntry[];
  readonly author: Cause;
}

/** What the rule makes of an attempt now. The team's row and the request's are locked. */
export async function judgeAttempt(
  tx: Tx,
  team: Team,
  approval: Approval,
  { userId, verdict, reason, grantRole, revision }: ApprovalAttempt,
  asOf: Date,
): Promise<Judgement> {
  const effect = EFFECTS[approval.kind];
  const request = await openRequestOf(tx, approval);
  const isMoot = request.state === 'pending' && (await effect.isMoot(tx, team, approval));
  return judge(isMoot ? { ...request, state: 'closed' } : request, {
    ...(await deciderOf(tx, approval, userId, asOf)),
    ...{ verdict, reason, grantRole, revision, asOf: asOf.getTime() },
    seatFree: await effect.hasRoom(tx, team, approval, asOf),
  });
}

/** Writes what an attempt comes to, and lets it take effect (INVITE-4..6, GUEST-6). */
export async function settleAttempt(
  tx: Tx,
  team: Team,
  approval: Approval,
  { id: attemptId }: Pick<ApprovalAttempt, 'id'>,
  verdict: Judgement,
  asOf: Date,
): Promise<SettledAttempt> {
  const { outcome } = verdict;
  const attempt = await ApprovalAttempt.query(tx).patchAndFetchById(attemptId, {
    ...{ outcome, settledAt: asOf },
    ...('onBehalfOf' in verdict ? { onBehalfOf: verdict.onBehalfOf } : {}),
    // What it counts for: once something else is asked for, it counts no longer.
    ...('grantedRole' in verdict
      ? {
          ...{ grantedRole: verdict.grantedRole, capacities: [...verdict.capacities] },
          revision: approval.revision,
        }
      : {}),
  });
  if ('grantedRole' in verdict) await useVoices(tx, approval, attempt);
  const cause = causeOf(attempt, asOf);
  const audit = await takeEffect(tx, cause, { team, approval, attempt }, verdict);
  // Whoever’s click met the deadline, the deadline ended the request.
  return { outcome, audit, author: outcome === 'expired' ? byRule('approval_expiry', asOf) : cause };
}

/** Whoever clicked and whoever they stood in for count once together; the rows refuse a second time (INVITE-9). */
async function useVoices(
  tx: Tx,
  { id: approvalId, teamId, revision }: Approval,
  { id: attemptId, userId, onBehalfOf }: ApprovalAttempt,
): Promise<void> {
  const voices = onBehalfOf === null ? [userId] : [userId, onBehalfOf];
  await ApprovalVoice.query(tx).insert(
    voices.map((voice) => ({ approvalId, teamId, revision, attemptId, userId: voice })),
  );
}

function causeOf(attempt: ApprovalAttempt, asOf: Date): Cause {
  const behalf = attempt.onBehalfOf === null ? {} : { onBehalfOf: attempt.onBehalfOf };
  return {
    actor: { type: 'person', userId: attempt.userId, ...behalf },
    source: attempt.via,
    requestId: attempt.requestId,
    asOf,
  };
}

interface Deciding {
  readonly team: Team;
  readonly approval: Approval;
  readonly attempt: ApprovalAttempt;
}

async function takeEffect(
  tx: Tx,
  cause: Cause,
  deciding: Deciding,
  verdict: Judgement,
): Promise<readonly AuditEntry[]> {
  const { approval, attempt } = deciding;
  switch (verdict.outcome) {
    case 'approved':
      return approve(tx, cause, deciding, verdict.grantedRole);
    case 'denied':
      return deny(tx, cause, deciding);
    case 'recorded':
      await noteOnTimeline(tx, cause, approval, 'approval_recorded', {
        role: verdict.grantedRole,
        reason: attempt.reason,
      });
      return [entry(approval, 'approval.recorded', { grantedRole: verdict.grantedRole })];
    case 'expired':
      return approval.state === 'pending' ? expireInside(tx, cause, approval) : [];
    default:
      return [];
  }
}

async function approve(
  tx: Tx,
  cause: Cause,
  { team, approval, attempt }: Deciding,
  grantedRole: Approval['requestedRole'],
): Promise<readonly AuditEntry[]> {
  const settled = { state: 'approved', decision: 'approve', grantedRole } as const;
  const decided = await settle(tx, cause, approval, attempt, settled);
  await noteOnTimeline(tx, cause, approval, 'approved', { role: grantedRole, reason: attempt.reason });
  const effect = await EFFECTS[approval.kind].approved(tx, cause, team, decided);
  const { approved } = APPROVAL_ACTIONS[approval.kind];
  return [entry(approval, approved, { state: 'approved', grantedRole }), ...effect];
}

async function deny(tx: Tx, cause: Cause, { approval, attempt }: Deciding): Promise<readonly AuditEntry[]> {
  await settle(tx, cause, approval, attempt, { state: 'denied', decision: 'deny' });
  await noteOnTimeline(tx, cause, approval, 'denied', { reason: attempt.reason });
  const { denied } = APPROVAL_ACTIONS[approval.kind];
  return [entry(approval, denied, { state: 'denied', reason: attempt.reason })];
}

function settle(
  tx: Tx,
  cause: Cause,
  approval: Approval,
  attempt: ApprovalAttempt,
  settled: Partial<Pick<Approval, 'state' | 'decision' | 'grantedRole'>>,
): PromiseLike<Approval> {
  return Approval.query(tx).patchAndFetchById(approval.id, {
    ...settled,
    decidedBy: attempt.userId,
    decidedOnBehalfOf: attempt.onBehalfOf,
    decidedAt: cause.asOf,
    decidedVia: attempt.via,
    decisionReason: attempt.reason,
  });
}

function entry(approval: Approval, action: string, after: Record<string, unknown>): AuditEntry {
  return { action, target: { type: 'approval', id: approval.id }, before: { state: approval.state }, after };
}
