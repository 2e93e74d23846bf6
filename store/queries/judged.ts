import type { OpenRequest } from '../../domain/approval';
import type { Decider } from '../../domain/delegation';
import { namedIn } from '../../domain/quorum';
import type { Tx } from '../database';
import { ApprovalAttempt, type Approval } from '../models';
import { teamRolesOf } from './access';
import { requesterIdsOf, subjectIdOf } from './approvers';
import { principalsOf } from './delegations';
import { editorsOf } from './editors';

/** A request as the rule judges it, with its approvals so far. */
export async function openRequestOf(tx: Tx, approval: Approval): Promise<OpenRequest> {
  const { id: approvalId, state, revision, requestedRole, policy } = approval;
  const recorded = await ApprovalAttempt.query(tx).where({ approvalId, revision, outcome: 'recorded' });
  return {
    ...{ state, revision, requestedRole, policy },
    expiresAt: approval.expiresAt.getTime(),
    requesterIds: await requesterIdsOf(tx, approvalId),
    subjectUserId: await subjectIdOf(tx, approval),
    approvals: recorded.map(({ userId, onBehalfOf, grantedRole, capacities }) => ({
      ...{ userId, onBehalfOf, capacities },
      grantedRole: grantedRole ?? requestedRole,
    })),
  };
}

/** Somebody who wants to decide on a request, and for whom they may, as all of them are at this instant. */
export async function deciderOf(
  tx: Tx,
  { teamId, elementId, policy }: Pick<Approval, 'teamId' | 'elementId' | 'policy'>,
  userId: string,
  asOf: Date,
): Promise<Decider> {
  const on = { teamId, elementId };
  const editors = await editorsOf(tx, namedIn(policy.quorum).has('editor') ? [on] : []);
  const teamRoles = await teamRolesOf(tx, teamId, userId);
  const principals = await principalsOf(tx, teamId, userId, asOf);
  return {
    ...{ userId, teamRoles, elementCapacities: editors.of(on, userId, teamRoles) },
    principals: principals.map((one) => ({
      ...one,
      elementCapacities: editors.of(on, one.userId, one.teamRoles),
    })),
  };
}
