import type { Cause } from '../domain/actor';
import type { DecisionOutcome, OpenRequest } from '../domain/approval';
import { judge, type Judgement } from '../domain/judging';
import { appendAudit, type AuditEntry } from '../store/audit';
import type { Store, Tx } from '../store/database';
import { Approval, ApprovalAttempt, ApprovalVoice, type Team } from '../store/models';
import { teamRolesOf } from '../store/queries/access';
import { requesterIdsOf, subjectIdOf } from '../store/queries/approvers';
import { principalsOf } from '../store/queries/delegations';
import { openInvitation } from '../store/queries/invitations';
import { lockTeam } from '../store/queries/seats';
import { expireInside } from './expire-approval';
import { hasRoom } from './parts/join-team';
import { memberByEmail, startInvitation } from './parts/start-invitation';
import { byRule, noteOnTimeline } from './parts/timeline';

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
 * Decides on a request, or says why the attempt does not count (INVITE-2..7). One transaction under the locks of the
 * team and the request: of any number at once one takes effect. An attempt that has its outcome gets it again.
 */
export async function decideApproval(store: Store, { attemptId, asOf }: Decide): Promise<Decided> {
  const { teamId } = await store.acrossTeams((tx) =>
    ApprovalAttempt.query(tx).findById(attemptId).throwIfNotFound(),
  );
  return store.inTeam(teamId, async (tx) => {
    const team = await lockTeam(tx, teamId);
    const wish = await ApprovalAttempt.query(tx).findById(attemptId).throwIfNotFound();
    const approval = await Approval.query(tx).findById(wish.approvalId).forNoKeyUpdate().throwIfNotFound();
    if (wish.outcome !== null) return { outcome: wish.outcome, changed: false };
    const verdict = await judgeAttempt(tx, team, approval, wish, asOf);
    const attempt = await ApprovalAttempt.query(tx).patchAndFetchById(attemptId, {
      outcome: verdict.outcome,
      settledAt: asOf,
      ...('onBehalfOf' in verdict ? { onBehalfOf: verdict.onBehalfOf } : {}),
      // What it counts for: once something else is asked for, it counts no longer.
      ...('grantedRole' in verdict ? { grantedRole: verdict.grantedRole, revision: approval.revision } : {}),
    });
    if ('grantedRole' in verdict) await useVoices(tx, approval, attempt);
    const cause = causeOf(attempt, asOf);
    const audit = await takeEffect(tx, cause, approval, attempt, verdict);
    // Whoever’s click met the deadline, the deadline ended the request.
    const author = verdict.outcome === 'expired' ? byRule('approval_expiry', asOf) : cause;
    await appendAudit(tx, teamId, author, audit);
    return { outcome: verdict.outcome, changed: audit.length > 0 };
  });
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

async function judgeAttempt(
  tx: Tx,
  team: Team,
  approval: Approval,
  attempt: ApprovalAttempt,
  asOf: Date,
): Promise<Judgement> {
  const { id: approvalId, revision } = approval;
  const recorded = await ApprovalAttempt.query(tx).where({ approvalId, revision, outcome: 'recorded' });
  const request: OpenRequest = {
    state: approval.state,
    revision,
    expiresAt: approval.expiresAt.getTime(),
    requesterIds: await requesterIdsOf(tx, approvalId),
    subjectUserId: await subjectIdOf(tx, approval),
    requestedRole: approval.requestedRole,
    policy: approval.policy,
    approvals: recorded.map(({ userId, onBehalfOf, grantedRole }) => ({
      ...{ userId, onBehalfOf },
      grantedRole: grantedRole ?? approval.requestedRole,
    })),
  };
  return judge(request, {
    userId: attempt.userId,
    teamRoles: await teamRolesOf(tx, team.id, attempt.userId),
    principals: await principalsOf(tx, team.id, attempt.userId, asOf),
    verdict: attempt.verdict,
    reason: attempt.reason,
    grantRole: attempt.grantRole,
    revision: attempt.revision,
    asOf: asOf.getTime(),
    seatFree: await seatFree(tx, team, approval),
  });
}

/** The gate for this request: who is in already, or has an invitation open, takes no further seat (INVITE-10). */
async function seatFree(tx: Tx, team: Team, approval: Approval): Promise<boolean> {
  if ((await memberByEmail(tx, team.id, approval.email)) !== null) return true;
  if ((await openInvitation(tx, team.id, approval.email)) !== null) return true;
  return hasRoom(tx, team, [approval.teamRole]);
}

async function takeEffect(
  tx: Tx,
  cause: Cause,
  approval: Approval,
  attempt: ApprovalAttempt,
  verdict: Judgement,
): Promise<readonly AuditEntry[]> {
  switch (verdict.outcome) {
    case 'approved':
      return approve(tx, cause, approval, attempt, verdict.grantedRole);
    case 'denied':
      return deny(tx, cause, approval, attempt);
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
  approval: Approval,
  attempt: ApprovalAttempt,
  grantedRole: Approval['requestedRole'],
): Promise<readonly AuditEntry[]> {
  const decided = await settle(tx, cause, approval, attempt, {
    state: 'approved',
    decision: 'approve',
    grantedRole,
  });
  await noteOnTimeline(tx, cause, approval, 'approved', { role: grantedRole, reason: attempt.reason });
  const { audit } = await startInvitation(tx, cause, decided);
  return [entry(approval, 'team.approve_invite', { state: 'approved', grantedRole }), ...audit];
}

async function deny(
  tx: Tx,
  cause: Cause,
  approval: Approval,
  attempt: ApprovalAttempt,
): Promise<readonly AuditEntry[]> {
  await settle(tx, cause, approval, attempt, { state: 'denied', decision: 'deny' });
  await noteOnTimeline(tx, cause, approval, 'denied', { reason: attempt.reason });
  return [entry(approval, 'team.reject_invite', { state: 'denied', reason: attempt.reason })];
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
