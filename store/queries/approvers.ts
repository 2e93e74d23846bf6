import { isTeamAdmin, mayDecide } from '../../domain/approval';
import type { Tx } from '../database';
import { ApprovalGrant, Member, User, type Approval } from '../models';

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

/** Who may decide on a request now: Admins and Super Admins but those involved (INVITE-3), by name. */
export async function approversOf(
  tx: Tx,
  approval: Pick<Approval, 'id' | 'teamId' | 'email' | 'subjectUserId'>,
): Promise<readonly PersonRef[]> {
  const requesterIds = await requesterIdsOf(tx, approval.id);
  const subjectUserId = await subjectIdOf(tx, approval);
  const admins = await teamAdmins(tx, approval.teamId);
  const able = admins.filter(
    ({ userId, roles }) => mayDecide({ requesterIds, subjectUserId }, { userId, teamRoles: roles }) === null,
  );
  return able.map(({ userId, name }) => ({ userId, name }));
}

async function teamAdmins(tx: Tx, teamId: string): Promise<(PersonRef & Pick<Member, 'roles'>)[]> {
  const members = await Member.query(tx).where({ teamId }).whereRaw(`roles && array['admin', 'super_admin']`);
  const admins = members.filter(({ roles }) => isTeamAdmin(roles));
  const users = await User.query(tx)
    .whereIn(
      'id',
      admins.map(({ userId }) => userId),
    )
    .orderBy(['name', 'id']);
  const roles = new Map(admins.map((member) => [member.userId, member.roles]));
  return users.map(({ id, name }) => ({ userId: id, name, roles: roles.get(id) ?? [] }));
}
