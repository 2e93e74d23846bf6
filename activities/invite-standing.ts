import { isClaimed, type ApprovalState, type InvitationState } from '../domain/approval';
import { storedDurationMs } from '../domain/duration';
import type { Tx } from '../store/database';
import { ApprovalEvent, Invitation, type Approval } from '../store/models';
import { approversOf } from '../store/queries/approvers';
import { nextHandover } from '../store/queries/delegations';

/** Where a request stands, as its run needs it: enums and instants only. */
export interface InviteStanding {
  readonly state: ApprovalState;
  readonly invitation: InvitationState | 'sending' | null;
  /** Approved by a rule when it was made: nobody was asked. */
  readonly byRule: boolean;
  /** Rides on another invitation of the same person. */
  readonly carried: boolean;
  readonly revision: number;
  readonly approvers: number;
  readonly expiresAt: number;
  /** The number of the latest reminder that went out. */
  readonly reminded: number;
  /** How many reminders are behind: sent, overtaken by a later one, or by the escalation. */
  readonly remindersPassed: number;
  /** Reminders that are still due, in order. */
  readonly remindersAt: readonly number[];
  /** When the approvers are asked afresh and the last resort is told; null where that is done. */
  readonly escalateAt: number | null;
  readonly escalated: boolean;
  /** When next a delegation in the team begins or ends, so that others are to be asked. */
  readonly handoverAt: number | null;
  /** When the claim of whoever is on it lapses; null without one. */
  readonly claimedUntil: number | null;
  /** How often its requesters nudged. */
  readonly nudged: number;
  readonly invitationExpiresAt: number | null;
}

/** Reads where a request stands. */
export async function inviteStanding(tx: Tx, approval: Approval, asOf: Date): Promise<InviteStanding> {
  const { id: approvalId } = approval;
  const invitation = await Invitation.query(tx).findById(approvalId);
  const events = await ApprovalEvent.query(tx)
    .where({ approvalId })
    .whereIn('type', ['reminded', 'escalated', 'nudged']);
  const numbers = events.map(({ type, data }) => (type === 'reminded' ? Number(data['number']) : 0));
  const reminded = Math.max(0, ...numbers);
  const escalation = events.find(({ type }) => type === 'escalated')?.at.getTime() ?? null;
  const created = approval.createdAt.getTime();
  const reminders = approval.policy.approvalReminders
    .map((after) => created + storedDurationMs(after))
    .sort((one, other) => one - other);
  const overtaken = reminders.filter((at) => escalation !== null && at <= escalation).length;
  const remindersPassed = Math.max(reminded, overtaken);
  const claimed = approval.claimedUntil?.getTime() ?? null;
  const isPending = approval.state === 'pending';
  const handover = isPending ? await nextHandover(tx, approval.teamId, asOf) : null;
  return {
    state: approval.state,
    invitation: invitation?.state ?? null,
    byRule: approval.decidedVia === 'rule',
    carried: invitation?.carriedBy != null,
    revision: approval.revision,
    approvers: isPending ? (await approversOf(tx, approval, asOf)).length : 0,
    expiresAt: approval.expiresAt.getTime(),
    reminded,
    remindersPassed,
    remindersAt: reminders.slice(remindersPassed),
    escalateAt: escalation === null ? created + storedDurationMs(approval.policy.escalateAfter) : null,
    escalated: escalation !== null,
    handoverAt: handover?.getTime() ?? null,
    claimedUntil: isPending && isClaimed(claimed, asOf.getTime()) ? claimed : null,
    nudged: events.filter(({ type }) => type === 'nudged').length,
    invitationExpiresAt: invitation?.expiresAt?.getTime() ?? null,
  };
}
