import { v7 as uuid } from 'uuid';
import type { Cause } from '../../domain/actor';
import { pinnedAccessPolicy, policyOf } from '../../domain/policy';
import { capacitiesOf, isReached } from '../../domain/quorum';
import type { AuditEntry } from '../../store/audit';
import type { Tx } from '../../store/database';
import { ApprovalAttempt, type Approval, type Team } from '../../store/models';
import type { Placed } from '../../store/queries/access';
import { deciderOf } from '../../store/queries/judged';
import { convertGuest, roomToConvert } from '../kinds/access-request';
import { requirePerson } from './caller-rights';
import { grantAccess } from './grant-access';
import { noSeats } from './join-team';
import { openAccessRequest, pendingAccessRequest } from './open-access-request';
import { judgeAttempt, settleAttempt } from './settle-attempt';

/** How far a promotion came: `waiting` is the request that takes a Team Admin's approval too, null where it is done. */
export interface Promotion {
  readonly waiting: string | null;
  /** A request that was there already and changed: its run hears of it after the commit. */
  readonly changed: string | null;
  readonly audit: readonly AuditEntry[];
}

/**
 * An Editor makes a guest Editor by hand: the promotion of GUEST-6, their own approval given. Where that is enough the
 * guest is Editor and Developer at once; else a request waits for what lacks. One that waits already takes the approval.
 * The team's row is locked.
 * @throws {Refusal} `no_seats`
 */
export async function promoteGuest(
  tx: Tx,
  cause: Cause,
  team: Team,
  placed: Placed,
  guestId: string,
): Promise<Promotion> {
  const editorId = requirePerson(cause.actor);
  const on = { teamId: team.id, elementId: placed.element.id, userId: guestId };
  const { pending, expired } = await pendingAccessRequest(tx, cause, on);
  if (!(await roomToConvert(tx, team, guestId, 'developer', cause.asOf))) throw noSeats();
  if (pending !== null) return approvePending(tx, cause, team, pending, editorId);
  const policy = pinnedAccessPolicy(policyOf(team.policy), 'guest');
  const editor = await deciderOf(tx, { ...on, policy }, editorId, cause.asOf);
  const capacities = capacitiesOf(editor);
  if (isReached(policy.quorum, [{ capacities }])) {
    const converted = await convertGuest(tx, cause, team, guestId, 'developer');
    const granted = await grantAccess(tx, placed, { userId: guestId }, 'editor', {
      ...{ asOf: cause.asOf, causedBy: 'guest_promotion' },
    });
    return { waiting: null, changed: null, audit: [...expired, ...converted, ...(granted ?? [])] };
  }
  const asked = { id: uuid(), element: placed.element, userId: guestId, isGuest: true, note: null };
  const { approval, audit } = await openAccessRequest(tx, cause, team, { ...asked, requesterId: editorId });
  const attempt = await insertAttempt(tx, cause, approval, editorId);
  const verdict = { outcome: 'recorded', grantedRole: 'editor', onBehalfOf: null, capacities } as const;
  const settled = await settleAttempt(tx, team, approval, attempt, verdict, cause.asOf);
  return { waiting: approval.id, changed: null, audit: [...expired, ...audit, ...settled.audit] };
}

async function approvePending(
  tx: Tx,
  cause: Cause,
  team: Team,
  approval: Approval,
  editorId: string,
): Promise<Promotion> {
  const attempt = await insertAttempt(tx, cause, approval, editorId);
  const verdict = await judgeAttempt(tx, team, approval, attempt, cause.asOf);
  const { outcome, audit } = await settleAttempt(tx, team, approval, attempt, verdict, cause.asOf);
  return { waiting: outcome === 'approved' ? null : approval.id, changed: approval.id, audit };
}

function insertAttempt(
  tx: Tx,
  cause: Cause,
  { id: approvalId, teamId }: Approval,
  userId: string,
): PromiseLike<ApprovalAttempt> {
  return ApprovalAttempt.query(tx)
    .insert({
      ...{ id: uuid(), approvalId, teamId, userId, verdict: 'approve', reason: null, grantRole: null },
      ...{ revision: null, via: cause.source === 'web' ? 'web' : 'api', requestId: cause.requestId },
      createdAt: cause.asOf,
    })
    .returning('*');
}
