import { rightToDecide } from '../../domain/delegation';
import type { Tx } from '../database';
import { ApprovalGrant, Member, User, type Approval } from '../models';
import { inForce } from './delegations';

/** A person as answers name them. */
export interface PersonRef {
  readonly userId: string;
  readonly name: string;
}

/** The people who asked for a request, each once, in the order in which they did. */
export async function requesterIdsOf(tx: Tx, approvalId: string): Promise<readonly string[]> {
  const grants = await ApprovalGrant.query(tx).where({ approvalId }).orderBy(['createdAt', 'shareId']);
  return [...new Set(grants.flatMap(({ requesterId }) => (requesterId === null ? [] : [requesterId])))];
}

/** The account that a request is about, whether it was known when it was made or came since. */
export async function subjectIdOf(
  tx: Tx,
  approval: Pick<Approval, 'email' | 'subjectUserId'>,
): Promise<string | null> {
  if (approval.subjectUserId !== null) return approval.subjectUserId;
  const user = await User.query(tx).findOne({ email: approval.email });
  return user?.id ?? null;
}

/**
 * Who may decide on a request at an instant, by name: Admins and Super Admins but those involved (INVITE-3), and whom
 * these handed over to (INVITE-9).
 */
export async function approversOf(
  tx: Tx,
  approval: Pick<Approval, 'id' | 'teamId' | 'email' | 'subjectUserId'>,
  asOf: Date,
): Promise<readonly PersonRef[]> {
  const { teamId } = approval;
  const requesterIds = await requesterIdsOf(tx, approval.id);
  const subjectUserId = await subjectIdOf(tx, approval);
  const handovers = await inForce(tx, asOf).where({ teamId });
  const delegates = handovers.map(({ delegateId }) => delegateId);
  const members = await Member.query(tx)
    .where({ teamId })
    .where((by) => void by.whereRaw(`roles && array['admin', 'super_admin']`).orWhereIn('userId', delegates));
  const teamRoles = new Map(members.map(({ userId, roles }) => [userId, roles]));
  const able = members.filter(({ userId, roles }) => {
    const principals = handovers
      .filter(({ delegateId }) => delegateId === userId)
      .map(({ delegatorId }) => ({ userId: delegatorId, teamRoles: teamRoles.get(delegatorId) ?? [] }));
    const right = rightToDecide({ requesterIds, subjectUserId }, { userId, teamRoles: roles, principals });
    return !('barred' in right);
  });
  const users = await User.query(tx)
    .whereIn(
      'id',
      able.map(({ userId }) => userId),
    )
    .orderBy(['name', 'id']);
  return users.map(({ id, name }) => ({ userId: id, name }));
}
