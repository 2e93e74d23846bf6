import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { ApprovalState, DecisionOutcome, InvitationState } from '../../domain/approval';

/** One request for an external person, from the question to the membership. Ids only: the rows hold the rest. */
export interface InviteInput {
  readonly approvalId: string;
  readonly teamId: string;
}

/** How it ended. */
export interface InviteResult {
  readonly state: ApprovalState;
  readonly invitation: InvitationState | null;
}

/** The workflow as its callers know it. */
export type InviteWorkflow = (input: InviteInput) => Promise<InviteResult>;
export const INVITE_WORKFLOW = 'invite';

/** One run per request: its id is its workflow's. */
export const inviteWorkflowId = (approvalId: string): string => `invite:${approvalId}`;

/** Decide on the request (INVITE-4). The attempt, with its reason, is a row already; its id is the Update's id too. */
export interface DecideInvite {
  readonly attemptId: string;
}
export interface DecideInviteResult {
  readonly outcome: DecisionOutcome;
}
export const decideInvite = defineUpdate<DecideInviteResult, [DecideInvite]>('decideInvite');

/** A requester takes the request back (INVITE-8). */
export interface WithdrawInvite {
  readonly userId: string;
  readonly via: 'slack' | 'web' | 'api';
  readonly requestId: string | null;
}
export interface WithdrawInviteResult {
  readonly outcome: 'withdrawn' | 'already_decided' | 'already_closed' | 'expired' | 'forbidden';
}
export const withdrawInvite = defineUpdate<WithdrawInviteResult, [WithdrawInvite]>('withdrawInvite');

/** The invited person joins (INVITE-11). The link was checked and resolved before; it never travels here. */
export interface AcceptInvite {
  readonly userId: string;
  /** The team whose issuer made the person's session; absent for any other sign-in (TEAM-7). */
  readonly ssoTeamId?: string;
  readonly via: 'web' | 'api';
  readonly requestId: string | null;
}
export interface AcceptInviteResult {
  readonly outcome:
    'accepted' | 'already_accepted' | 'no_seats' | 'expired' | 'cancelled' | 'wrong_account' | 'sso_required';
}
export const acceptInvite = defineUpdate<AcceptInviteResult, [AcceptInvite]>('acceptInvite');

/** A member or Team Admin takes the invitation back. */
export interface CancelInvitation {
  readonly userId: string;
  readonly via: 'slack' | 'web' | 'api';
  readonly requestId: string | null;
}
export interface CancelInvitationResult {
  readonly outcome: 'cancelled' | 'already_accepted' | 'expired' | 'forbidden';
}
export const cancelInvitation = defineUpdate<CancelInvitationResult, [CancelInvitation]>('cancelInvitation');

/** Send the invitation again: same identity, its timer starts anew (INVITE-11). */
export interface ResendInvitation {
  readonly userId: string;
  readonly via: 'slack' | 'web' | 'api';
  readonly requestId: string | null;
}
export interface ResendInvitationResult {
  readonly outcome:
    'sending' | 'already_accepted' | 'cancelled' | 'expired' | 'waiting_for_seat' | 'forbidden';
}
export const resendInvitation = defineUpdate<ResendInvitationResult, [ResendInvitation]>('resendInvitation');

/** The request's rows changed outside the run (another share merged into it): read them again and redraw. */
export const inviteChanged = defineSignal('inviteChanged');

/** A seat of the team may be free now: an invitation that waits for one tries again (INVITE-2). */
export const seatMayBeFree = defineSignal('seatMayBeFree');

/** Where the run stands, for an operator. */
export interface InviteStatus {
  readonly state: ApprovalState;
  readonly invitation: InvitationState | 'sending' | null;
  /** Milliseconds since the epoch of the next thing that time will do, or null. */
  readonly nextAt: number | null;
}
export const inviteStatus = defineQuery<InviteStatus>('inviteStatus');
