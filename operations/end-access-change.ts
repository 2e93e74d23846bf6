import { operationStateAt, type OperationState } from '../domain/access-change';
import type { Cause } from '../domain/actor';
import { Refusal } from '../domain/refusal';
import { appendAudit, type AuditEntry } from '../store/audit';
import type { Store, Tx } from '../store/database';
import { OperationRow, type Team } from '../store/models';
import { lockTeam } from '../store/queries/seats';
import { ruleOf } from './access-rules';
import { forbidden } from './parts/caller-rights';
import { carryOut, planOf, type Acted, type Judged } from './parts/change-access';
import { changedBy, type Aftermath } from './parts/finished-operation';
import { byRule } from './parts/timeline';
import { seeOperation } from './see-operation';

/** An operation that waits to be confirmed. */
export interface OperationRef {
  readonly operationId: string;
  readonly teamId: string;
}

/**
 * Does what waited to be confirmed, planned anew: it holds for whoever is a guest now (GUEST-8). Confirmed already: the
 * operation as it is.
 * @throws {Refusal} `not_found` to whoever does not see it; `forbidden` to those who do and could not do it; `conflict` when it was
 * cancelled, nobody confirmed it for a day, or it never waited; what else the change itself refuses
 */
export async function confirmAccessChange(store: Store, cause: Cause, ref: OperationRef): Promise<Aftermath> {
  return store.inTeam(ref.teamId, async (tx) => {
    const team = await lockTeam(tx, ref.teamId);
    const { operation, action, state } = await locked(tx, ref, cause);
    if (action === null || state === 'cancelled') throw doesNotWait();
    if (state !== 'awaiting_confirmation') return { operation, changedApprovals: changedBy(operation) };
    const judged = await judgeHeld(tx, cause, operation, action, team);
    const plan = await planOf(tx, cause, judged, team);
    const act = async (): Promise<Acted> => {
      const acted = await judged.act();
      return { ...acted, audit: [entryOf(operation, 'confirmed', 'running'), ...acted.audit] };
    };
    return carryOut(tx, cause, operation, { ...judged, act }, plan, team);
  });
}

/**
 * Gives up what waits to be confirmed; nothing has changed.
 * @throws {Refusal} as {@link confirmAccessChange}; `conflict` also when it was confirmed
 */
export async function cancelAccessChange(
  store: Store,
  cause: Cause,
  ref: OperationRef,
): Promise<OperationRow> {
  return store.inTeam(ref.teamId, async (tx) => {
    const team = await lockTeam(tx, ref.teamId);
    const { operation, action, state } = await locked(tx, ref, cause);
    if (action === null) throw doesNotWait();
    if (state === 'cancelled') return operation;
    if (state !== 'awaiting_confirmation') throw doesNotWait();
    await judgeHeld(tx, cause, operation, action, team);
    return cancel(tx, cause, operation);
  });
}

/**
 * Cancels what nobody confirmed for a day; a moment earlier it changes nothing (GUEST-8).
 * @returns whether it did
 */
export async function expireAccessChange(
  store: Store,
  { operationId, teamId, asOf }: OperationRef & { readonly asOf: Date },
): Promise<boolean> {
  return store.inTeam(teamId, async (tx) => {
    await lockTeam(tx, teamId);
    const operation = await OperationRow.query(tx).findById(operationId).forNoKeyUpdate().throwIfNotFound();
    const isOver = operationStateAt(operation, asOf) === 'cancelled';
    if (operation.state !== 'awaiting_confirmation' || !isOver) return false;
    await cancel(tx, byRule('confirmation_expiry', asOf), operation);
    return true;
  });
}

/**
 * An operation, for whoever sees it; `action` is null where it was done at once and never waited.
 * @throws {Refusal} `not_found` to all others, as to one who only looks
 */
async function locked(
  tx: Tx,
  { operationId }: OperationRef,
  cause: Cause,
): Promise<{
  readonly operation: OperationRow;
  readonly action: Record<string, unknown> | null;
  readonly state: OperationState;
}> {
  await OperationRow.query(tx).findById(operationId).forNoKeyUpdate();
  const operation = await seeOperation(tx, operationId, cause);
  return { operation, action: operation.action, state: operationStateAt(operation, cause.asOf) };
}

/** Asks the rule, for somebody who sees the operation: what it is about need not be open to them. @throws {Refusal} */
async function judgeHeld(
  tx: Tx,
  cause: Cause,
  operation: OperationRow,
  action: Record<string, unknown>,
  team: Team,
): Promise<Judged> {
  try {
    return await ruleOf(operation.type).judge(tx, cause, action, team);
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'not_found') throw error;
    throw forbidden(
      'This takes whoever could make the change itself: what it is about is gone, or not open to you.',
    );
  }
}

async function cancel(tx: Tx, cause: Cause, operation: OperationRow): Promise<OperationRow> {
  const { id, teamId } = operation;
  const { actor, source, requestId } = cause;
  const cancelled = await OperationRow.query(tx).patchAndFetchById(id, {
    state: 'cancelled',
    finishedAt: cause.asOf,
    cause: { actor, source, requestId },
    // Its run hears of it even if the signal is lost.
    workflowStartedAt: null,
  });
  if (teamId !== null) {
    await appendAudit(tx, teamId, cause, [entryOf(operation, 'cancelled', 'cancelled')]);
  }
  return cancelled;
}

function entryOf(
  { id, type }: OperationRow,
  verb: 'confirmed' | 'cancelled',
  state: OperationState,
): AuditEntry {
  return {
    action: `operation.${verb}`,
    target: { type: 'operation', id },
    before: { type, state: 'awaiting_confirmation' },
    after: { state },
  };
}

/** The refusal for an operation that is over, or was done at once. */
export function doesNotWait(): Refusal {
  return new Refusal('conflict', 'This operation does not wait to be confirmed.');
}
