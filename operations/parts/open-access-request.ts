import type { Cause } from '../../domain/actor';
import { hasExpired } from '../../domain/approval';
import { APPROVAL_ACTIONS } from '../../domain/approval-actions';
import { storedDurationMs } from '../../domain/duration';
import { pinnedAccessPolicy, policyOf } from '../../domain/policy';
import type { AuditEntry } from '../../store/audit';
import type { Tx } from '../../store/database';
import { Approval, ApprovalGrant, User, type Element, type Team } from '../../store/models';
import { expireInside } from '../expire-approval';
import { noteOnTimeline } from './timeline';

/** Who shall become Editor of what, and who asks for it: they themselves, or an Editor who promotes a guest. */
export interface AccessAsked {
  readonly id: string;
  readonly element: Element;
  readonly userId: string;
  readonly isGuest: boolean;
  readonly requesterId: string;
  readonly note: string | null;
}

/** Writes the request under the policy of this moment (GUEST-6, INVITE-13). The team's row is locked, and none is pending. */
export async function openAccessRequest(
  tx: Tx,
  cause: Cause,
  team: Team,
  asked: AccessAsked,
): Promise<{ readonly approval: Approval; readonly audit: readonly AuditEntry[] }> {
  const { id, element, userId, isGuest, requesterId, note } = asked;
  const { email } = await User.query(tx).findById(userId).throwIfNotFound();
  const policy = pinnedAccessPolicy(policyOf(team.policy), isGuest ? 'guest' : 'member');
  const teamRole = isGuest ? 'developer' : null;
  const approval = await Approval.query(tx)
    .insert({
      ...{ id, teamId: team.id, kind: 'access_request', state: 'pending', email, subjectUserId: userId },
      ...{ elementId: element.id, requestedRole: 'editor', teamRole, reason: note, policy },
      createdAt: cause.asOf,
      expiresAt: new Date(cause.asOf.getTime() + storedDurationMs(policy.approvalExpiry)),
    })
    .returning('*');
  await ApprovalGrant.query(tx).insert({
    ...{ approvalId: id, elementId: element.id, requesterId, teamId: team.id, role: 'editor' },
    ...{ shareId: null, createdAt: cause.asOf },
  });
  await noteOnTimeline(tx, cause, approval, 'requested');
  return {
    approval,
    audit: [
      {
        action: APPROVAL_ACTIONS.access_request.requested,
        target: { type: 'approval', id },
        after: { state: 'pending', elementId: element.id, userId, role: 'editor', teamRole },
      },
    ],
  };
}

/**
 * The request for somebody's Editor role on an element that waits, locked, or null; one whose time is up ends here.
 * @returns also the lines of what the deadline ended, for the audit log, whose head is locked last
 */
export async function pendingAccessRequest(
  tx: Tx,
  cause: Cause,
  on: { readonly teamId: string; readonly elementId: string; readonly userId: string },
): Promise<{ readonly pending: Approval | null; readonly expired: readonly AuditEntry[] }> {
  const { teamId, elementId, userId } = on;
  const pending = await Approval.query(tx)
    .findOne({ teamId, elementId, subjectUserId: userId, state: 'pending', kind: 'access_request' })
    .forNoKeyUpdate();
  if (pending === undefined) return { pending: null, expired: [] };
  if (!hasExpired(pending.expiresAt.getTime(), cause.asOf.getTime())) return { pending, expired: [] };
  return { pending: null, expired: await expireInside(tx, cause, pending) };
}
