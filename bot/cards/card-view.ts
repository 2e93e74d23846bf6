import type { ApprovalView } from '../../store/queries/approval-view';

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

/** What letting the person in does to the team's seats (TEAM-3). `left`: how many are free now; null with Auto-Flex. */
export interface SeatEffect {
  readonly takes: boolean;
  readonly left: number | null;
}

/** All that the cards of one request are drawn from. */
export interface CardView extends ShownRequest {
  readonly teamName: string;
  /** Names of the elements that are asked for, by id: a merged request asks for several (INVITE-10). */
  readonly elementNames: Readonly<Record<string, string>>;
  /** Nobody with an address of this domain is in the team yet. */
  readonly isFirstOfDomain: boolean;
  /** Null once the request is settled. */
  readonly seat: SeatEffect | null;
}

/** Whose copy of the card it is. */
export type Audience =
  | { readonly kind: 'channel' }
  /** `isFresh`: it asks anew, where the request waits for too long (INVITE-7). */
  | { readonly kind: 'approver'; readonly userId: string; readonly isFresh?: boolean }
  | { readonly kind: 'requester'; readonly userId: string };
