import type {
  ApprovalKind,
  ApprovalState,
  CloseReason,
  DecisionOutcome,
  DecisionSurface,
  InvitationState,
  Verdict,
} from '../../domain/approval';
import type { PinnedPolicy } from '../../domain/policy';
import type { Capacity } from '../../domain/quorum';
import type { AssignableTeamRole, ShareRole } from '../../domain/roles';
import { Row } from './row';

/** One call of `POST /v1/elements/{id}/shares`. */
export class Share extends Row {
  static override tableName = 'shares';
  id!: string;
  teamId!: string;
  elementId!: string;
  sharerId!: string | null;
  message!: string | null;
  createdAt!: Date;
  workflowStartedAt!: Date | null;
}

/** What a share did for one of its recipients. */
export type ShareOutcome = 'shared' | 'already_has_access' | 'invited' | 'pending_approval' | 'refused';

/** One recipient of a share with its outcome. */
export class ShareRecipient extends Row {
  static override tableName = 'share_recipients';
  static override idColumn = ['shareId', 'position'];
  static override jsonAttributes = ['recipient'];
  shareId!: string;
  position!: number;
  teamId!: string;
  recipient!: Record<string, string>;
  outcome!: ShareOutcome;
  role!: ShareRole | null;
  code!: string | null;
  userId!: string | null;
  groupId!: string | null;
  inviteId!: string | null;
}

/** A request in the queue; its id is its invitation's too. */
export class Approval extends Row {
  static override tableName = 'approvals';
  static override jsonAttributes = ['policy'];
  id!: string;
  teamId!: string;
  kind!: ApprovalKind;
  state!: ApprovalState;
  closeReason!: CloseReason | null;
  revision!: number;
  email!: string;
  subjectUserId!: string | null;
  elementId!: string;
  requestedRole!: ShareRole;
  /** Null where the person keeps the team roles that they have: a member who asks for a role on an element. */
  teamRole!: AssignableTeamRole | null;
  reason!: string | null;
  policy!: PinnedPolicy;
  createdAt!: Date;
  expiresAt!: Date;
  decision!: Verdict | null;
  decidedBy!: string | null;
  decidedOnBehalfOf!: string | null;
  decidedAt!: Date | null;
  decidedVia!: DecisionSurface | null;
  decisionReason!: string | null;
  grantedRole!: ShareRole | null;
  workflowStartedAt!: Date | null;
  /** Whoever is on it, until an instant at which that lapses by itself (INVITE-8). */
  claimedBy!: string | null;
  claimedUntil!: Date | null;
  nudgedAt!: Date | null;
  /** Since when the run has not read the rows though they changed; null when it has. */
  untoldSince!: Date | null;
}

/** What one requester asked for in a request: an element with a role. */
export class ApprovalGrant extends Row {
  static override tableName = 'approval_grants';
  id!: string;
  approvalId!: string;
  elementId!: string;
  requesterId!: string | null;
  teamId!: string;
  role!: ShareRole;
  /** Null where it was asked for by itself, and not by a share. */
  shareId!: string | null;
  createdAt!: Date;
}

/** A person's attempt to decide, written before its Update is sent; `outcome` is its first answer. */
export class ApprovalAttempt extends Row {
  static override tableName = 'approval_attempts';
  id!: string;
  approvalId!: string;
  teamId!: string;
  userId!: string;
  onBehalfOf!: string | null;
  verdict!: Verdict;
  reason!: string | null;
  grantRole!: ShareRole | null;
  /** What the person saw, or null when they named none; once it counts as an approval, the revision that it is for. */
  revision!: number | null;
  via!: 'slack' | 'web' | 'api';
  requestId!: string | null;
  createdAt!: Date;
  outcome!: DecisionOutcome | null;
  grantedRole!: ShareRole | null;
  /** What an approval counted as when it was given. */
  capacities!: Capacity[];
  settledAt!: Date | null;
}

/** Kinds of entry in a request's timeline. */
export type ApprovalEventType =
  | 'requested'
  | 'merged'
  | 'reduced'
  | 'reminded'
  | 'escalated'
  | 'nudged'
  | 'claimed'
  | 'commented'
  | 'approval_recorded'
  | 'approved'
  | 'denied'
  | 'withdrawn'
  | 'expired'
  | 'closed'
  | 'no_approver'
  | 'invitation_sent'
  | 'invitation_failed'
  | 'waiting_for_seat'
  | 'seat_taken'
  | 'invitation_resent'
  | 'accepted'
  | 'invitation_cancelled'
  | 'invitation_expired';

/** One line of a request's timeline. */
export class ApprovalEvent extends Row {
  static override tableName = 'approval_events';
  static override jsonAttributes = ['data'];
  id!: string;
  approvalId!: string;
  teamId!: string;
  at!: Date;
  type!: ApprovalEventType;
  userId!: string | null;
  data!: Record<string, unknown>;
}

/** The invitation of an approved request. `sending`: approved, the mail not yet taken; REST shows none then. */
export class Invitation extends Row {
  static override tableName = 'invitations';
  id!: string;
  teamId!: string;
  email!: string;
  teamRole!: AssignableTeamRole;
  state!: InvitationState | 'sending';
  carriedBy!: string | null;
  holdsSeat!: boolean;
  /** Which mailing of the link this is; rises with each resend, so that each is mailed once. */
  mailing!: number;
  createdAt!: Date;
  sentAt!: Date | null;
  expiresAt!: Date | null;
  acceptedAt!: Date | null;
  acceptedBy!: string | null;
  endedAt!: Date | null;
}

/** The hash of one link of an invitation; each works until the invitation ends (INVITE-11). */
export class InvitationToken extends Row {
  static override tableName = 'invitation_tokens';
  static override idColumn = 'hash';
  hash!: Buffer;
  invitationId!: string;
  teamId!: string;
  createdAt!: Date;
}
