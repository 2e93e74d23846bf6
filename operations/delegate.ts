import type { Cause } from '../domain/actor';
import { isDelegable, makesChain } from '../domain/delegation';
import { Refusal } from '../domain/refusal';
import { appendAudit } from '../store/audit';
import type { Store } from '../store/database';
import { Delegation } from '../store/models';
import { teamRolesOf } from '../store/queries/access';
import { lockTeam } from '../store/queries/seats';
import { notFound, requirePerson, requireRight } from './parts/caller-rights';
import { pendingIds } from './parts/pending-ids';

/** Who hands over to whom, from when, and until when (exclusive). */
export interface NewDelegation {
  readonly id: string;
  readonly teamId: string;
  readonly toUserId: string;
  readonly from: Date;
  readonly until: Date;
}

/** A delegation, and pending requests whose approvers are others from now on: their runs hear of it after the commit. */
export interface Delegated {
  readonly delegation: Delegation;
  readonly changedApprovals: readonly string[];
}

/**
 * Hands one's decisions over to another member for a time (INVITE-9). The same id again changes nothing. Of two that
 * cross, at once or one after the other, one is refused: no chains, no cycles.
 * @throws {Refusal} `not_found` to strangers, `forbidden` to who is no Admin, `not_delegable` for guests, non-members and
 * oneself, `delegation_cycle`, `invalid_request` for a time that is none or over
 */
export async function delegate(store: Store, cause: Cause, input: NewDelegation): Promise<Delegated> {
  const delegatorId = requirePerson(cause.actor);
  const { id, teamId, toUserId: delegateId, from, until } = input;
  requireTime(input, cause.asOf);
  return store.inTeam(teamId, async (tx) => {
    await requireRight(tx, teamId, cause.actor, 'decide');
    await lockTeam(tx, teamId);
    const made = await Delegation.query(tx).findById(id);
    if (made !== undefined) return { delegation: made, changedApprovals: await pendingIds(tx, teamId) };
    const to = { userId: delegateId, teamRoles: await teamRolesOf(tx, teamId, delegateId) };
    if (!isDelegable(delegatorId, to)) {
      throw new Refusal(
        'not_delegable',
        'Decisions are handed over to another member of the team, never a guest.',
      );
    }
    const there = await Delegation.query(tx).where({ teamId }).where('validUntil', '>', from);
    const added = { delegatorId, delegateId, from: from.getTime(), until: until.getTime() };
    if (makesChain(added, there.map(handoverOf))) {
      throw new Refusal('delegation_cycle', 'One of you takes part in another delegation at that time.');
    }
    const delegation = await Delegation.query(tx)
      .insert({
        id,
        teamId,
        delegatorId,
        delegateId,
        validFrom: from,
        validUntil: until,
        createdAt: cause.asOf,
      })
      .returning('*');
    await appendAudit(tx, teamId, cause, [
      {
        action: 'delegation.created',
        target: { type: 'delegation', id },
        after: { delegatorId, delegateId, from: from.toISOString(), until: until.toISOString() },
      },
    ]);
    return { delegation, changedApprovals: await pendingIds(tx, teamId) };
  });
}

/**
 * Takes a delegation back: from the answer on the delegate decides for nobody (INVITE-9).
 * @throws {Refusal} `not_found` to all but whoever handed over
 */
export async function endDelegation(
  store: Store,
  cause: Cause,
  { id, teamId }: { readonly id: string; readonly teamId: string },
): Promise<Delegated> {
  const delegatorId = requirePerson(cause.actor);
  return store.inTeam(teamId, async (tx) => {
    // With the team's lock, which every decision takes: a decision is before it, by the delegation, or after it.
    await lockTeam(tx, teamId);
    const delegation = await Delegation.query(tx).findById(id);
    if (delegation?.delegatorId !== delegatorId) throw notFound('delegation');
    await Delegation.query(tx).deleteById(id);
    const { delegateId, validFrom, validUntil } = delegation;
    await appendAudit(tx, teamId, cause, [
      {
        action: 'delegation.ended',
        target: { type: 'delegation', id },
        before: { delegatorId, delegateId, from: validFrom.toISOString(), until: validUntil.toISOString() },
      },
    ]);
    return { delegation, changedApprovals: await pendingIds(tx, teamId) };
  });
}

function requireTime({ from, until }: NewDelegation, asOf: Date): void {
  const message = until <= from ? 'is not after `from`' : until <= asOf ? 'is over already' : null;
  if (message === null) return;
  throw new Refusal('invalid_request', 'A delegation needs a time that is not over.', {
    errors: [{ path: 'until', message }],
  });
}

function handoverOf({ delegatorId, delegateId, validFrom, validUntil }: Delegation) {
  return { delegatorId, delegateId, from: validFrom.getTime(), until: validUntil.getTime() };
}
