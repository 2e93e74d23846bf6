import type { Actor } from '../../domain/actor';
import { isTeamAdmin } from '../../domain/approval';
import { capacitiesOf } from '../../domain/quorum';
import type { Tx } from '../database';
import { Approval, ApprovalGrant } from '../models';
import { teamRolesOf } from './access';
import { actsForAdmin } from './delegations';
import { deciderOf } from './judged';

/**
 * Whether somebody may see a request: who asked for it, the team's Admins and Super Admins with their delegates of this
 * instant, the Editors of the element where they have a say, its service tokens.
 */
export async function maySeeApproval(tx: Tx, approvalId: string, actor: Actor, asOf: Date): Promise<boolean> {
  const approval = await Approval.query(tx).findById(approvalId);
  if (approval === undefined) return false;
  if (actor.type === 'service') return actor.teamId === approval.teamId;
  if (actor.type !== 'person') return false;
  if (isTeamAdmin(await teamRolesOf(tx, approval.teamId, actor.userId))) return true;
  if (await isRequester(tx, approvalId, actor.userId)) return true;
  if (await actsForAdmin(tx, approval.teamId, actor.userId, asOf)) return true;
  return capacitiesOf(await deciderOf(tx, approval, actor.userId, asOf)).length > 0;
}

/** Whether a person is among those who asked. */
export async function isRequester(tx: Tx, approvalId: string, userId: string): Promise<boolean> {
  const grant = await ApprovalGrant.query(tx).findOne({ approvalId, requesterId: userId });
  return grant !== undefined;
}
