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

/** A request, as far as it says who may decide on it. */
export interface AskedOf {
  readonly id: string;
  readonly teamId: string;
  readonly requesterIds: readonly string[];
  readonly subjectUserId: string | null;
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
  const { id, teamId } = approval;
  const requesterIds = await requesterIdsOf(tx, id);
  const subjectUserId = await subjectIdOf(tx, approval);
  const approvers = await approversOfAll(tx, [{ id, teamId, requesterIds, subjectUserId }], asOf);
  return approvers.get(id) ?? [];
}

/** The same of several requests, by their ids, with as many queries as of one. */
export async function approversOfAll(
  tx: Tx,
  requests: readonly AskedOf[],
  asOf: Date,
): Promise<ReadonlyMap<string, readonly PersonRef[]>> {
  const teamIds = [...new Set(requests.map(({ teamId }) => teamId))];
  const handovers = await inForce(tx, asOf).whereIn('teamId', teamIds);
  const delegates = handovers.map(({ delegateId }) => delegateId);
  const members = await Member.query(tx)
    .whereIn('teamId', teamIds)
    .where((by) => void by.whereRaw(`roles && array['admin', 'super_admin']`).orWhereIn('userId', delegates));
  const users = await User.query(tx)
    .whereIn(
      'id',
      members.map(({ userId }) => userId),
    )
    .orderBy(['name', 'id']);
  const mayDecide = ({ teamId, requesterIds, subjectUserId }: AskedOf, userId: string): boolean => {
    const rolesOf = (id: string) =>
      members.find((member) => member.teamId === teamId && member.userId === id)?.roles;
    const teamRoles = rolesOf(userId);
    if (teamRoles === undefined) return false;
    const principals = handovers
      .filter((handover) => handover.teamId === teamId && handover.delegateId === userId)
      .map(({ delegatorId }) => ({ userId: delegatorId, teamRoles: rolesOf(delegatorId) ?? [] }));
    return !('barred' in rightToDecide({ requesterIds, subjectUserId }, { userId, teamRoles, principals }));
  };
  return new Map(
    requests.map((request) => [
      request.id,
      users.filter(({ id }) => mayDecide(request, id)).map(({ id, name }) => ({ userId: id, name })),
    ]),
  );
}
