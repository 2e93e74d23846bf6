import { needsConfirmation, type AccessChangeType } from '../../domain/access-change';
import type { Cause } from '../../domain/actor';
import type { GuestChange } from '../../domain/guest-cascade';
import { policyOf } from '../../domain/policy';
import { appendAudit, type AuditEntry } from '../../store/audit';
import type { Store, Tx } from '../../store/database';
import { OperationRow, Team } from '../../store/models';
import { lockTeam } from '../../store/queries/seats';
import { notFound, personOf } from './caller-rights';
import { closeForLosses, NOTHING_CLOSED } from './close-requests';
import { findFinished, type Aftermath } from './finished-operation';
import { countLosses, NO_GUESTS, planGuests, type GuestPlan } from './plan-guests';
import { auditAndSeat } from './seat-waiting';
import { settleLosses } from './settle-losses';
import { takeFromGuests } from './take-from-guests';

/** What a change did besides what it took from guests. */
export interface Acted {
  /** What `GET /v1/operations/{id}` shows as the result, beside the counts of guests. */
  readonly result: Readonly<Record<string, unknown>>;
  readonly audit: readonly AuditEntry[];
  /** Requests that closed or changed. */
  readonly changed: readonly string[];
}

/** What a change would do, found out without doing it. */
export interface Judged {
  /** What it takes from guests; null where it cannot bear on any. */
  readonly guests: GuestChange | null;
  /** Elements that go away, and who leaves the team without being a guest: pending requests close with both. */
  readonly gone?: { readonly elementIds?: readonly string[]; readonly userIds?: readonly string[] };
  /** Does it. Guests have lost by then what it takes from them. */
  readonly act: () => Promise<Acted>;
}

/** A kind of change that may take access away. */
export interface AccessRule<Input> {
  readonly type: AccessChangeType;
  /**
   * Checks the caller's right and says what would happen; changes nothing.
   * @param team its row, with everything that bears on guests as it stays until the commit; null outside teams
   * @throws {Refusal} as the change does
   */
  judge(tx: Tx, cause: Cause, input: Input, team: Team | null): Promise<Judged>;
}

/** Where a change is made, and the id of the operation that it makes. */
export interface InTeam {
  readonly id: string;
  readonly teamId: string | null;
}

/** As many guests as are settled in one transaction: some two hundred milliseconds, in which the team's joins wait. */
export const GUESTS_A_PAGE = 1_000;

/**
 * Makes a change that may take access away (GUEST-7): all of it is true when this returns, or, above the team's
 * `removalCap`, nothing is and the operation waits to be confirmed (GUEST-8). What follows for more guests than one page
 * holds is left to the operation's run. The same id again gives the operation that is there.
 * @throws {Refusal} as the rule does
 */
export async function changeAccess<Input extends object>(
  store: Store,
  cause: Cause,
  rule: AccessRule<Input>,
  input: Input & InTeam,
): Promise<Aftermath> {
  const { id, teamId } = input;
  return store.inTeam(teamId, async (tx) => {
    const team = teamId === null ? null : await lockedTeam(tx, teamId);
    const made = await findFinished(tx, id);
    if (made !== null) return made;
    const judged = await rule.judge(tx, cause, input, team);
    const plan = await planOf(tx, cause, judged, team);
    const { type } = rule;
    const row = { id, teamId, type, actorId: personOf(cause.actor), createdAt: cause.asOf };
    const removals = countLosses(plan.losses).guestsRemoved;
    if (team !== null && needsConfirmation(removals, policyOf(team.policy).removalCap)) {
      const operation = await OperationRow.query(tx)
        .insert({
          ...{ ...row, state: 'awaiting_confirmation', total: plan.losses.length, hasRun: true },
          ...{ action: { ...input } as Record<string, unknown>, result: { ...countLosses(plan.losses) } },
        })
        .returning('*');
      await appendAudit(tx, team.id, cause, [heldEntry(operation)]);
      return { operation, changedApprovals: [] };
    }
    const operation = await OperationRow.query(tx)
      .insert({ ...row, state: 'running' })
      .returning('*');
    return carryOut(tx, cause, operation, judged, plan, team);
  });
}

async function lockedTeam(tx: Tx, teamId: string): Promise<Team> {
  if ((await Team.query(tx).findById(teamId)) === undefined) throw notFound('team');
  return lockTeam(tx, teamId);
}

/** What a change would take from guests now. */
export async function planOf(
  tx: Tx,
  cause: Cause,
  { guests }: Judged,
  team: Team | null,
): Promise<GuestPlan> {
  if (team === null || guests === null) return NO_GUESTS;
  return planGuests(tx, team.id, guests, personOf(cause.actor));
}

/**
 * Does what was judged and planned in this transaction, for an operation whose row is there. What guests lose is settled at
 * once where a page holds it; otherwise the operation runs on.
 */
export async function carryOut(
  tx: Tx,
  cause: Cause,
  { id, hasRun }: OperationRow,
  judged: Judged,
  plan: GuestPlan,
  team: Team | null,
): Promise<Aftermath> {
  const { losses, audience } = plan;
  if (team !== null && losses.length > 0) await takeFromGuests(tx, { id, teamId: team.id }, losses);
  const { result, audit, changed } = await judged.act();
  const moot = team === null ? NOTHING_CLOSED : await closeForLosses(tx, cause, team.id, losses);
  const { actor, source, requestId } = cause;
  await OperationRow.query(tx)
    .findById(id)
    .patch({
      ...{ state: 'running', done: 0, total: losses.length, audience: [...audience] },
      ...{
        cause: { actor, source, requestId },
        hasRun: hasRun || losses.length > 0,
        workflowStartedAt: null,
      },
    });
  const fits = losses.length > 0 && losses.length <= GUESTS_A_PAGE;
  const settled = fits ? await settleLosses(tx, id, { limit: GUESTS_A_PAGE }, cause.asOf) : null;
  const entries = [...audit, ...moot.audit, ...(settled?.audit ?? [])];
  const seated = team === null ? [] : await auditAndSeat(tx, team, cause, entries);
  const changedApprovals = [
    ...new Set([...changed, ...moot.changed, ...(settled?.changed ?? []), ...seated]),
  ];
  const isDone = losses.length === 0 || fits;
  const operation = await OperationRow.query(tx).patchAndFetchById(id, {
    result: { ...result, ...countLosses(losses), changedApprovals },
    ...(losses.length === 0 ? { done: 1, total: 1 } : {}),
    ...(isDone ? { state: 'completed', finishedAt: cause.asOf } : {}),
  });
  return { operation, changedApprovals };
}

function heldEntry({ id, type, result }: OperationRow): AuditEntry {
  return {
    action: 'operation.held',
    target: { type: 'operation', id },
    before: null,
    after: { type, ...result },
  };
}
