import type { Cause } from '../../domain/actor';
import { elementRoleCovers } from '../../domain/roles';
import type { Tx } from '../../store/database';
import { Approval, ApprovalGrant } from '../../store/models';
import { personOf } from './caller-rights';
import { addGrant, strongerShareRole, type ExternalInvite, type InviteOutcome } from './open-request';
import { noteOnTimeline } from './timeline';

/**
 * Adds what a share asks for to a request that waits already (INVITE-10), under a new revision: a click on what stood
 * before counts for nothing (INVITE-4). What was asked for already changes nothing.
 * @param pending the request's row, locked
 */
export async function mergeInto(
  tx: Tx,
  cause: Cause,
  pending: Approval,
  invite: ExternalInvite,
): Promise<InviteOutcome> {
  const grants = await ApprovalGrant.query(tx).where({ approvalId: pending.id });
  const requesterId = personOf(cause.actor);
  const asked = grants.some(
    (grant) =>
      grant.requesterId === requesterId &&
      grant.elementId === invite.element.id &&
      elementRoleCovers(grant.role, invite.role),
  );
  const answer = { outcome: 'pending_approval', inviteId: pending.id } as const;
  // Developer is what goes without saying: a team role that somebody asked for by name stays in the request.
  const teamRole = pending.teamRole === 'developer' ? invite.teamRole : pending.teamRole;
  // The same person asks the same again: the request stands as it is.
  if (asked && pending.teamRole === teamRole) return { ...answer, changed: false, audit: [] };
  const revision = pending.revision + 1;
  const requestedRole = strongerShareRole(pending.requestedRole, invite.role);
  await Approval.query(tx).findById(pending.id).patch({ revision, requestedRole, teamRole });
  await addGrant(tx, cause, pending, invite);
  await noteOnTimeline(tx, cause, pending, 'merged', {
    revision,
    elementId: invite.element.id,
    role: invite.role,
  });
  return {
    ...answer,
    changed: true,
    audit: [
      {
        action: 'approval.merged',
        target: { type: 'approval', id: pending.id },
        before: { revision: pending.revision },
        after: { revision, elementId: invite.element.id, role: invite.role, shareId: invite.shareId },
      },
    ],
  };
}
