import { rightToDecide } from '../../domain/delegation';
import { capacitiesOf, namedIn, openIn, type Capacity, type Quorum } from '../../domain/quorum';
import type { Tx } from '../database';
import { ApprovalAttempt, ApprovalGrant, Member, User, type Approval } from '../models';
import { inForce } from './delegations';
import { editorsOf } from './editors';

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
  readonly elementId: string;
  readonly quorum: Quorum;
  /** Its approvals so far. */
  readonly given: readonly { readonly capacities: readonly Capacity[] }[];
  readonly requesterIds: readonly string[];
  readonly subjectUserId: string | null;
}

/** Who is asked to decide on a request, and in which capacities they could between them. */
export interface Asked {
  readonly people: readonly PersonRef[];
  readonly capacities: ReadonlySet<Capacity>;
}

/**
 * Who may decide on a request at an instant, by name: whoever has a capacity that its quorum still lacks, but those
 * involved (INVITE-3, GUEST-6), and whom these handed over to (INVITE-9).
 */
export async function approversOf(tx: Tx, approval: Approval, asOf: Date): Promise<readonly PersonRef[]> {
  const approvers = await approversOfAll(tx, await askedOf(tx, [approval]), asOf);
  return approvers.get(approval.id)?.people ?? [];
}

/** Reads of pending requests what says who may decide on them. */
export async function askedOf(tx: Tx, approvals: readonly Approval[]): Promise<readonly AskedOf[]> {
  const ids = approvals.map(({ id }) => id);
  const grants = await ApprovalGrant.query(tx).whereIn('approvalId', ids);
  const given = await ApprovalAttempt.query(tx).whereIn('approvalId', ids).where({ outcome: 'recorded' });
  const users = await User.query(tx).whereIn(
    'email',
    approvals.map(({ email }) => email),
  );
  return approvals.map(({ id, teamId, elementId, revision, policy, email, subjectUserId }) => ({
    ...{ id, teamId, elementId, quorum: policy.quorum },
    given: given.filter((one) => one.approvalId === id && one.revision === revision),
    requesterIds: grants.flatMap(({ approvalId, requesterId }) =>
      approvalId === id && requesterId !== null ? [requesterId] : [],
    ),
    subjectUserId: subjectUserId ?? users.find((user) => user.email === email)?.id ?? null,
  }));
}

/** The same of several requests, by their ids, with as many queries as of one. */
export async function approversOfAll(
  tx: Tx,
  requests: readonly AskedOf[],
  asOf: Date,
): Promise<ReadonlyMap<string, Asked>> {
  if (requests.length === 0) return new Map();
  const teamIds = [...new Set(requests.map(({ teamId }) => teamId))];
  const handovers = await inForce(tx, asOf).whereIn('teamId', teamIds);
  const editors = await editorsOf(
    tx,
    requests.filter(({ quorum }) => namedIn(quorum).has('editor')),
  );
  const others = [...handovers.map(({ delegateId }) => delegateId), ...editors.userIds];
  const members = await Member.query(tx)
    .whereIn('teamId', teamIds)
    .where((by) => void by.whereRaw(`roles && array['admin', 'super_admin']`).orWhereIn('userId', others));
  const users = await User.query(tx)
    .whereIn(
      'id',
      members.map(({ userId }) => userId),
    )
    .orderBy(['name', 'id']);
  const principalIn = (request: AskedOf, userId: string) => {
    const member = members.find((one) => one.teamId === request.teamId && one.userId === userId);
    const teamRoles = member?.roles ?? [];
    return { userId, teamRoles, elementCapacities: editors.of(request, userId, teamRoles) };
  };
  /** In which capacities somebody's decision would count; empty for who may not decide. */
  const standsAs = (request: AskedOf, userId: string): readonly Capacity[] => {
    const own = principalIn(request, userId);
    if (own.teamRoles.length === 0) return [];
    const principals = handovers
      .filter(({ teamId, delegateId }) => teamId === request.teamId && delegateId === userId)
      .map(({ delegatorId }) => principalIn(request, delegatorId));
    const wanted = openIn(request.quorum, request.given);
    const right = rightToDecide(request, { ...own, principals }, wanted);
    if ('barred' in right) return [];
    return capacitiesOf(principals.find((one) => one.userId === right.onBehalfOf) ?? own);
  };
  return new Map(
    requests.map((request) => {
      const standing = users.map((user) => ({ user, capacities: standsAs(request, user.id) }));
      const asked = standing.filter(({ capacities }) => capacities.length > 0);
      return [
        request.id,
        {
          people: asked.map(({ user: { id, name } }) => ({ userId: id, name })),
          capacities: new Set(asked.flatMap(({ capacities }) => capacities)),
        },
      ];
    }),
  );
}
