import type { Cause } from '../../domain/actor';
import { inviteRoute } from '../../domain/inviting';
import { pinnedPolicy, policyOf } from '../../domain/policy';
import { storedDurationMs } from '../../domain/duration';
import {
  elementRoleCovers,
  strongestElementRole,
  type AssignableTeamRole,
  type ShareRole,
} from '../../domain/roles';
import type { TeamRole } from '../../domain/roles';
import type { AuditEntry } from '../../store/audit';
import type { Tx } from '../../store/database';
import { Approval, ApprovalGrant, Invitation, type Element, type Team } from '../../store/models';
import { openInvitation } from '../../store/queries/invitations';
import { personOf } from './caller-rights';
import { hasRoom } from './join-team';
import { startInvitation } from './start-invitation';
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
}

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
    return pending === undefined
      ? openRequest(tx, cause, team, invite, route.rule)
      : mergeInto(tx, cause, pending, invite);
  }
  if (open !== null && (await brings(tx, open, invite))) {
    return { outcome: 'invited', inviteId: open.id, changed: false, audit: [] };
  }
  const { approval, audit } = await insertRequest(tx, cause, team, invite, route.rule);
  const started = await startInvitation(tx, cause, approval);
  return { outcome: 'invited', inviteId: approval.id, changed: false, audit: [...audit, ...started.audit] };
}

async function openRequest(
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

/** @param rule the rule that approves it here and now, or null when a Team Admin has to */
async function insertRequest(
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
        action: 'approval.requested',
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

async function mergeInto(
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
  // The same person asks the same again: the request stands as it is.
  if (asked && pending.teamRole === invite.teamRole) return { ...answer, changed: false, audit: [] };
  const revision = pending.revision + 1;
  const requestedRole = strongestElementRole([pending.requestedRole, invite.role]) as ShareRole;
  // Developer is what goes without saying: a team role that somebody asked for by name stays in the request.
  const teamRole = pending.teamRole === 'developer' ? invite.teamRole : pending.teamRole;
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

async function addGrant(tx: Tx, cause: Cause, approval: Approval, invite: ExternalInvite): Promise<void> {
  await ApprovalGrant.query(tx)
    .insert({
      approvalId: approval.id,
      elementId: invite.element.id,
      requesterId: personOf(cause.actor),
      teamId: approval.teamId,
      role: invite.role,
      shareId: invite.shareId,
      createdAt: cause.asOf,
    })
    // A share that names one person twice asks for them once, with the stronger role that came first.
    .onConflict(['approval_id', 'share_id'])
    .ignore();
}

/** Whether an open invitation brings this role on this element already. */
async function brings(tx: Tx, open: Invitation, invite: ExternalInvite): Promise<boolean> {
  const riding = Invitation.query(tx).where({ carriedBy: open.id }).orWhere({ id: open.id }).select('id');
  const grants = await ApprovalGrant.query(tx)
    .whereIn('approvalId', riding)
    .where({ elementId: invite.element.id });
  return grants.some((grant) => elementRoleCovers(grant.role, invite.role));
}

function isDenied(list: readonly string[], email: string): boolean {
  return list.some((entry) => {
    const denied = entry.toLowerCase();
    return denied.startsWith('@') ? email.endsWith(denied) : email === denied;
  });
}

function refused(code: 'no_seats' | 'guest_denied'): InviteOutcome {
  return { outcome: 'refused', code, changed: false, audit: [] };
}
