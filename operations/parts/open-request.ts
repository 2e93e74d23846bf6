import type { Cause } from '../../domain/actor';
import { APPROVAL_ACTIONS } from '../../domain/approval-actions';
import { storedDurationMs } from '../../domain/duration';
import { pinnedPolicy, policyOf } from '../../domain/policy';
import { elementRoleCovers, type AssignableTeamRole, type ShareRole } from '../../domain/roles';
import type { AuditEntry } from '../../store/audit';
import type { Tx } from '../../store/database';
import { Approval, ApprovalGrant, type Element, type Team } from '../../store/models';
import { personOf } from './caller-rights';
import { noteOnTimeline } from './timeline';

/** One external person whom a share names. */
export interface ExternalInvite {
  /** The id that the request and its invitation get, if one has to be made. */
  readonly id: string;
  readonly shareId: string;
  readonly element: Element;
  readonly email: string;
  readonly userId: string | null;
  readonly role: ShareRole;
  readonly teamRole: AssignableTeamRole;
  readonly reason: string | null;
}

/** What became of it. `changed`: a request that runs already and has to hear of it. */
export interface InviteOutcome {
  readonly outcome: 'invited' | 'pending_approval' | 'refused';
  readonly code?: 'no_seats' | 'guest_denied';
  readonly inviteId?: string;
  readonly changed: boolean;
  readonly audit: readonly AuditEntry[];
  /** What a deadline ended that nobody had noticed yet, for the audit log under the rule's own name. */
  readonly expired?: readonly AuditEntry[];
}

/** Opens a request that a Team Admin decides on. @param rule why it needs one */
export async function openRequest(
  tx: Tx,
  cause: Cause,
  team: Team,
  invite: ExternalInvite,
  rule: string,
): Promise<InviteOutcome> {
  const { approval, audit } = await insertRequest(tx, cause, team, invite, null);
  await noteOnTimeline(tx, cause, approval, 'requested', { rule });
  return { outcome: 'pending_approval', inviteId: approval.id, changed: false, audit };
}

/**
 * Writes a request with its grant, under the policy of this moment (INVITE-13).
 * @param rule the rule that approves it here and now, or null when a Team Admin has to
 */
export async function insertRequest(
  tx: Tx,
  cause: Cause,
  team: Team,
  invite: ExternalInvite,
  rule: string | null,
): Promise<{ approval: Approval; audit: readonly AuditEntry[] }> {
  const policy = pinnedPolicy(policyOf(team.policy));
  const approval = await Approval.query(tx)
    .insert({
      id: invite.id,
      teamId: team.id,
      kind: 'invite',
      state: rule === null ? 'pending' : 'approved',
      email: invite.email,
      subjectUserId: invite.userId,
      elementId: invite.element.id,
      requestedRole: invite.role,
      teamRole: invite.teamRole,
      reason: invite.reason,
      policy,
      createdAt: cause.asOf,
      expiresAt: new Date(cause.asOf.getTime() + storedDurationMs(policy.approvalExpiry)),
      ...(rule === null
        ? {}
        : { decision: 'approve', decidedAt: cause.asOf, decidedVia: 'rule', grantedRole: invite.role }),
    })
    .returning('*');
  await addGrant(tx, cause, approval, invite);
  return {
    approval,
    audit: [
      {
        action: APPROVAL_ACTIONS.invite.requested,
        target: { type: 'approval', id: approval.id },
        after: {
          state: approval.state,
          elementId: invite.element.id,
          role: invite.role,
          teamRole: invite.teamRole,
          shareId: invite.shareId,
          ...(rule === null ? {} : { rule }),
        },
      },
    ],
  };
}

/** Adds what a share asks for to a request. */
export async function addGrant(
  tx: Tx,
  cause: Cause,
  approval: Approval,
  invite: ExternalInvite,
): Promise<void> {
  const { id: approvalId } = approval;
  const asked = await ApprovalGrant.query(tx).findOne({ approvalId, shareId: invite.shareId });
  if (asked !== undefined) {
    // A share that names one person twice asks for them once, with the stronger of its roles.
    await asked.$query(tx).patch({ role: strongerShareRole(asked.role, invite.role) });
    return;
  }
  await ApprovalGrant.query(tx).insert({
    approvalId,
    elementId: invite.element.id,
    requesterId: personOf(cause.actor),
    teamId: approval.teamId,
    role: invite.role,
    shareId: invite.shareId,
    createdAt: cause.asOf,
  });
}

/** The stronger of two roles that a share can give. */
export function strongerShareRole(one: ShareRole, other: ShareRole): ShareRole {
  return elementRoleCovers(one, other) ? one : other;
}
