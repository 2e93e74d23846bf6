import type { Cause } from '../../domain/actor';
import { DECISION_SURFACES, type DecisionSurface } from '../../domain/approval';
import { APPROVAL_ACTIONS } from '../../domain/approval-actions';
import { elementRoleCovers } from '../../domain/roles';
import type { Tx } from '../../store/database';
import { Approval } from '../../store/models';
import { elementRoleOf, findElement } from '../../store/queries/access';
import { personOf } from './caller-rights';
import type { Closing } from './close-requests';
import { noteOnTimeline } from './timeline';

/**
 * Settles requests for a role that somebody has meanwhile got another way (GUEST-6): by hand, by a share, through a workspace
 * or a group, or with an invitation. Whoever gave it has thereby approved; nobody is named where it came by what the person
 * did themselves. Call it after the roles were given, with the team's row locked. Its runs hear of it by `untold_since`, too.
 * @param subjectIds whose requests; without it those of the whole team
 */
export async function settleFulfilled(
  tx: Tx,
  cause: Cause,
  teamId: string,
  subjectIds?: readonly string[],
): Promise<Closing> {
  const pending = await Approval.query(tx)
    .where({ teamId, kind: 'access_request', state: 'pending' })
    .modify((query) => {
      if (subjectIds !== undefined) void query.whereIn('subjectUserId', [...subjectIds]);
    })
    .orderBy('id')
    .forNoKeyUpdate();
  const giverId = personOf(cause.actor);
  const done: Approval[] = [];
  for (const approval of pending) {
    const { id, elementId, subjectUserId, requestedRole } = approval;
    const placed = await findElement(tx, elementId);
    const held =
      placed === null || subjectUserId === null ? null : await elementRoleOf(tx, placed, subjectUserId);
    if (!elementRoleCovers(held, requestedRole)) continue;
    await Approval.query(tx)
      .findById(id)
      .patch({
        ...{ state: 'approved', decision: 'approve', grantedRole: requestedRole },
        ...{ decidedBy: giverId === subjectUserId ? null : giverId, decidedAt: cause.asOf },
        ...{ decidedVia: surfaceOf(cause), untoldSince: cause.asOf },
      });
    await noteOnTimeline(tx, cause, approval, 'approved', { role: requestedRole, given: 'otherwise' });
    done.push(approval);
  }
  return {
    changed: done.map(({ id }) => id),
    audit: done.map(({ id, requestedRole }) => ({
      action: APPROVAL_ACTIONS.access_request.approved,
      target: { type: 'approval', id },
      before: { state: 'pending' },
      after: { state: 'approved', grantedRole: requestedRole, given: 'otherwise' },
    })),
  };
}

function surfaceOf({ source }: Cause): DecisionSurface {
  return DECISION_SURFACES.find((surface) => surface === source) ?? 'rule';
}
