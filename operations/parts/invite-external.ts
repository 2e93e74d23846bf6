import type { Cause } from '../../domain/actor';
import { hasExpired } from '../../domain/approval';
import { inviteRoute } from '../../domain/inviting';
import { isDenied, policyOf } from '../../domain/policy';
import { elementRoleCovers, lowerShareRole, type TeamRole } from '../../domain/roles';
import type { Tx } from '../../store/database';
import { Approval, ApprovalGrant, type Invitation, type Team } from '../../store/models';
import { openInvitation, ridersOf } from '../../store/queries/invitations';
import { expireInside } from '../expire-approval';
import { hasRoom } from './join-team';
import { mergeInto } from './merge-request';
import { insertRequest, openRequest, type ExternalInvite, type InviteOutcome } from './open-request';
import { startInvitation } from './start-invitation';

/**
 * Invites an external person or asks for it (INVITE-1, 2, 10). Requests that wait for approval merge; one that needs none
 * goes out at once, or rides on the invitation that the person has already.
 * @param team the team's row, locked
 * @param sharerRoles the sharer's team roles; empty for a service token
 */
export async function inviteExternal(
  tx: Tx,
  cause: Cause,
  team: Team,
  sharerRoles: readonly TeamRole[],
  invite: ExternalInvite,
): Promise<InviteOutcome> {
  const policy = policyOf(team.policy);
  if (isDenied(policy.guestDenyList, invite.email)) return refused('guest_denied');
  const open = await openInvitation(tx, team.id, invite.email);
  if (open === null && !(await hasRoom(tx, team, [invite.teamRole]))) return refused('no_seats');
  const route = inviteRoute(team.plan, sharerRoles, invite.teamRole);
  if (route.needsApproval) {
    const pending = await Approval.query(tx)
      .findOne({ teamId: team.id, email: invite.email, state: 'pending', kind: 'invite' })
      .forNoKeyUpdate();
    if (pending === undefined) return openRequest(tx, cause, team, invite, route.rule);
    if (!hasExpired(pending.expiresAt.getTime(), cause.asOf.getTime())) {
      return mergeInto(tx, cause, pending, invite);
    }
    // Its timer is late. What was asked for in time is over, and what is asked for now starts anew (INVITE-7).
    const expired = await expireInside(tx, cause, pending);
    return { ...(await openRequest(tx, cause, team, invite, route.rule)), expired };
  }
  if (open !== null && (await brings(tx, open, invite))) {
    return { outcome: 'invited', inviteId: open.id, changed: false, audit: [] };
  }
  const { approval, audit } = await insertRequest(tx, cause, team, invite, route.rule);
  const started = await startInvitation(tx, cause, approval);
  return { outcome: 'invited', inviteId: approval.id, changed: false, audit: [...audit, ...started.audit] };
}

/** Whether an open invitation brings this role on this element already. */
async function brings(tx: Tx, open: Invitation, invite: ExternalInvite): Promise<boolean> {
  const approvals = await Approval.query(tx).whereIn('id', [open.id, ...(await ridersOf(tx, open.id))]);
  const granted = new Map(approvals.map(({ id, grantedRole }) => [id, grantedRole]));
  const grants = await ApprovalGrant.query(tx)
    .whereIn('approvalId', [...granted.keys()])
    .where({ elementId: invite.element.id });
  // An approver may have granted less than was asked (INVITE-5).
  return grants.some(({ approvalId, role }) =>
    elementRoleCovers(lowerShareRole(role, granted.get(approvalId) ?? role), invite.role),
  );
}

function refused(code: 'no_seats' | 'guest_denied'): InviteOutcome {
  return { outcome: 'refused', code, changed: false, audit: [] };
}
