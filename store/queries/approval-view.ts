import {
  isClaimed,
  type ApprovalKind,
  type ApprovalState,
  type CloseReason,
  type DecisionSurface,
  type InvitationState,
  type Verdict,
} from '../../domain/approval';
import { approvalsRequired } from '../../domain/quorum';
import type { AssignableTeamRole, ElementType, ShareRole } from '../../domain/roles';
import type { Tx } from '../database';
import {
  Approval,
  ApprovalAttempt,
  ApprovalEvent,
  ApprovalGrant,
  Element,
  Invitation,
  User,
  type ApprovalEventType,
} from '../models';
import { approversOfAll, type Asked, type PersonRef } from './approvers';

/** One line of a request's timeline. */
export interface TimelineEntry {
  readonly at: Date;
  readonly type: ApprovalEventType;
  readonly by: PersonRef | null;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Somebody who decided, and for whom where not by their own right (INVITE-9). */
export interface Decider extends PersonRef {
  readonly onBehalfOf?: PersonRef;
}

/** A request with all that people see of it: the API's answer, Slack's cards and the pages are drawn from this. */
export interface ApprovalView {
  readonly id: string;
  readonly teamId: string;
  readonly kind: ApprovalKind;
  readonly state: ApprovalState;
  readonly closeReason: CloseReason | null;
  /** Null while nothing was approved, and while the first mail is on its way. */
  readonly invitation: InvitationState | null;
  readonly revision: number;
  readonly requester: PersonRef | null;
  readonly requesters: readonly (PersonRef & { readonly elementId: string; readonly role: ShareRole })[];
  readonly subject: { readonly email: string; readonly userId: string | null; readonly name: string | null };
  readonly element: { readonly id: string; readonly type: ElementType; readonly name: string };
  readonly requestedRole: ShareRole;
  /** Null where the person keeps the team roles that they have. */
  readonly teamRole: AssignableTeamRole | null;
  readonly reason: string | null;
  readonly denyReasonRequired: boolean;
  readonly approvals: {
    readonly required: number;
    readonly given: readonly (Decider & { readonly at: Date })[];
  };
  readonly decision: Verdict | null;
  readonly decidedBy: Decider | null;
  readonly decidedAt: Date | null;
  readonly decisionReason: string | null;
  readonly decidedVia: DecisionSurface | null;
  readonly grantedRole: ShareRole | null;
  /** Who is on it, while that holds (INVITE-8). */
  readonly claimedBy: (PersonRef & { readonly until: Date }) | null;
  /** Who is asked now; empty once it is settled. */
  readonly approvers: readonly PersonRef[];
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** When it came to its end, and with it its run but for what was still to be told; null before. */
  readonly endedAt: Date | null;
  readonly timeline: readonly TimelineEntry[];
}

/** A request as people see it at an instant, or null when there is none. */
export async function approvalView(tx: Tx, approvalId: string, asOf: Date): Promise<ApprovalView | null> {
  const [view] = await approvalViews(tx, [approvalId], asOf);
  return view ?? null;
}

/** Several requests in the order of their ids here, those that are there; with as many queries as one takes. */
export async function approvalViews(
  tx: Tx,
  ids: readonly string[],
  asOf: Date,
): Promise<readonly ApprovalView[]> {
  const approvals = await Approval.query(tx).findByIds([...ids]);
  const grants = await ApprovalGrant.query(tx)
    .whereIn('approvalId', [...ids])
    .orderBy(['createdAt', 'shareId']);
  const events = await ApprovalEvent.query(tx)
    .whereIn('approvalId', [...ids])
    .orderBy('id');
  const attempts = await ApprovalAttempt.query(tx)
    .whereIn('approvalId', [...ids])
    .whereIn('outcome', ['recorded', 'approved'])
    .orderBy('settledAt');
  const elements = await Element.query(tx).findByIds(approvals.map(({ elementId }) => elementId));
  const invitations = await Invitation.query(tx).findByIds([...ids]);
  const subjects = await User.query(tx).whereIn(
    'email',
    approvals.map(({ email }) => email),
  );
  const people = await namesOf(tx, [
    ...grants.map(({ requesterId }) => requesterId),
    ...events.map(({ userId }) => userId),
    ...attempts.flatMap(({ userId, onBehalfOf }) => [userId, onBehalfOf]),
    ...approvals.flatMap((one) => [one.decidedBy, one.decidedOnBehalfOf, one.claimedBy, one.subjectUserId]),
    ...subjects.map(({ id }) => id),
  ]);
  const found: readonly Found[] = approvals.map((approval) => ({
    approval,
    grants: grants.filter(({ approvalId }) => approvalId === approval.id),
    events: events.filter(({ approvalId }) => approvalId === approval.id),
    given: attempts.filter(
      ({ approvalId, revision }) => approvalId === approval.id && revision === approval.revision,
    ),
    element: elements.find(({ id }) => id === approval.elementId),
    invitation: invitations.find(({ id }) => id === approval.id),
    subjectId: approval.subjectUserId ?? subjects.find(({ email }) => email === approval.email)?.id ?? null,
  }));
  const pending = found.filter(({ approval }) => approval.state === 'pending');
  const approvers = await approversOfAll(
    tx,
    pending.map(({ approval, grants: asked, given, subjectId: subjectUserId }) => ({
      ...{ id: approval.id, teamId: approval.teamId, elementId: approval.elementId, subjectUserId, given },
      quorum: approval.policy.quorum,
      requesterIds: asked.flatMap(({ requesterId }) => (requesterId === null ? [] : [requesterId])),
    })),
    asOf,
  );
  const views = new Map(
    found.map((one) => [
      one.approval.id,
      viewOf(one, people, approvers.get(one.approval.id) ?? NOBODY, asOf),
    ]),
  );
  return ids.flatMap((id) => views.get(id) ?? []);
}

/** The rows of one request. */
interface Found {
  readonly approval: Approval;
  readonly grants: readonly ApprovalGrant[];
  readonly events: readonly ApprovalEvent[];
  readonly given: readonly ApprovalAttempt[];
  readonly element: Element | undefined;
  readonly invitation: Invitation | undefined;
  readonly subjectId: string | null;
}

const NOBODY: Asked = { people: [], capacities: new Set() };

type People = (id: string | null) => PersonRef | null;

function viewOf(found: Found, people: People, asked: Asked, asOf: Date): ApprovalView {
  const { approval, grants, events, given, element, invitation, subjectId } = found;
  if (element === undefined) throw new Error(`request ${approval.id} has no element`);
  const requesters = grants.flatMap(({ requesterId, elementId, role }) => {
    const person = people(requesterId);
    return person === null ? [] : [{ ...person, elementId, role }];
  });
  const decidedBy = people(approval.decidedBy);
  const [first] = requesters;
  const invited = invitation === undefined || invitation.state === 'sending' ? null : invitation.state;
  const { id, teamId, kind, state, closeReason, revision, requestedRole, teamRole, reason, decision } =
    approval;
  const { decidedAt, decisionReason, decidedVia, grantedRole, createdAt, expiresAt, policy } = approval;
  return {
    ...{ id, teamId, kind, state, closeReason, revision, requestedRole, teamRole, reason, decision },
    ...{ decidedAt, decisionReason, decidedVia, grantedRole, createdAt, expiresAt, approvers: asked.people },
    invitation: invited,
    requester: first === undefined ? null : { userId: first.userId, name: first.name },
    requesters,
    subject: { email: approval.email, userId: subjectId, name: people(subjectId)?.name ?? null },
    element: { id: element.id, type: element.type, name: element.name },
    denyReasonRequired: policy.denyReasonRequired,
    approvals: {
      required: approvalsRequired(policy.quorum, given, asked.capacities),
      given: given.flatMap(({ userId, onBehalfOf, settledAt, createdAt: at }) => {
        const person = people(userId);
        return person === null ? [] : [{ ...deciderOf(person, people(onBehalfOf)), at: settledAt ?? at }];
      }),
    },
    decidedBy: decidedBy === null ? null : deciderOf(decidedBy, people(approval.decidedOnBehalfOf)),
    claimedBy: claimOf(approval, people(approval.claimedBy), asOf),
    endedAt: endOf(found),
    timeline: events.map(({ at, type, userId, data }) => ({ at, type, by: people(userId), data })),
  };
}

/** Nothing is noted on a request that is over: its last line is its end, unless an invitation follows, which has one of its own. */
function endOf({ approval, invitation, events }: Found): Date | null {
  if (approval.state === 'pending') return null;
  return invitation === undefined ? (events.at(-1)?.at ?? null) : invitation.endedAt;
}

function claimOf(
  { state, claimedUntil: until }: Approval,
  person: PersonRef | null,
  asOf: Date,
): ApprovalView['claimedBy'] {
  const holds = state === 'pending' && isClaimed(until?.getTime() ?? null, asOf.getTime());
  return holds && person !== null && until !== null ? { ...person, until } : null;
}

function deciderOf(person: PersonRef, onBehalfOf: PersonRef | null): Decider {
  return onBehalfOf === null ? person : { ...person, onBehalfOf };
}

async function namesOf(tx: Tx, ids: readonly (string | null)[]): Promise<People> {
  const wanted = [...new Set(ids.filter((id) => id !== null))];
  const users = await User.query(tx).whereIn('id', wanted);
  const people = new Map(users.map(({ id, name }) => [id, { userId: id, name }]));
  return (id) => (id === null ? null : (people.get(id) ?? null));
}
