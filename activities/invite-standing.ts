import type { ApprovalState, InvitationState } from '../domain/approval';
import { storedDurationMs } from '../domain/duration';
import type { Tx } from '../store/database';
import { Approval, ApprovalEvent, Invitation } from '../store/models';
import { approversOf } from '../store/queries/approvers';

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
  /** How many reminders went out. */
  readonly reminded: number;
  /** Reminders that are still due, in order. */
  readonly remindersAt: readonly number[];
  readonly invitationExpiresAt: number | null;
}

/** Reads where a request stands. @throws {NotFoundError} when it has no row */
export async function inviteStanding(tx: Tx, approvalId: string): Promise<InviteStanding> {
  const approval = await Approval.query(tx).findById(approvalId).throwIfNotFound();
  const invitation = await Invitation.query(tx).findById(approvalId);
  const reminded = await ApprovalEvent.query(tx).where({ approvalId, type: 'reminded' }).resultSize();
  const created = approval.createdAt.getTime();
  return {
    state: approval.state,
    invitation: invitation?.state ?? null,
    byRule: approval.decidedVia === 'rule',
    carried: invitation?.carriedBy != null,
    revision: approval.revision,
    approvers: approval.state === 'pending' ? (await approversOf(tx, approval)).length : 0,
    expiresAt: approval.expiresAt.getTime(),
    reminded,
    remindersAt: approval.policy.approvalReminders
      .map((after) => created + storedDurationMs(after))
      .sort((one, other) => one - other)
      .slice(reminded),
    invitationExpiresAt: invitation?.expiresAt?.getTime() ?? null,
  };
}
