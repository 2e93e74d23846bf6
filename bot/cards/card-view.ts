import type { ApprovalView } from '../../store/queries/approval-view';
import type { Weighed } from '../../store/queries/weighed';

/** What a card shows of a request. */
export type ShownRequest = Pick<
  ApprovalView,
  | 'id'
  | 'kind'
  | 'teamId'
  | 'state'
  | 'closeReason'
  | 'invitation'
  | 'revision'
  | 'requesters'
  | 'subject'
  | 'element'
  | 'requestedRole'
  | 'teamRole'
  | 'reason'
  | 'approvals'
  | 'decidedBy'
  | 'decidedAt'
  | 'decisionReason'
  | 'decidedVia'
  | 'grantedRole'
  | 'approvers'
  | 'claimedBy'
  | 'expiresAt'
>;

/** All that the cards of one request are drawn from. */
export type CardView = ShownRequest & Weighed;

/** Whose copy of the card it is. */
export type Audience =
  | { readonly kind: 'channel' }
  /** `isFresh`: it asks anew, where the request waits for too long (INVITE-7). */
  | { readonly kind: 'approver'; readonly userId: string; readonly isFresh?: boolean }
  | { readonly kind: 'requester'; readonly userId: string };
