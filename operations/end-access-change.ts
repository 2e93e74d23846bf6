import { operationStateAt, type OperationState } from '../domain/access-change';
import type { Cause } from '../domain/actor';
import { Refusal } from '../domain/refusal';
import { appendAudit, type AuditEntry } from '../store/audit';
import type { Store, Tx } from '../store/database';
import { OperationRow, type Team } from '../store/models';
import { lockTeam } from '../store/queries/seats';
import { ruleOf } from './access-rules';
import { notFound } from './parts/caller-rights';
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
 * @throws {Refusal} what the change itself refuses (`not_found`, `forbidden` to who could not do it); `conflict` when it was
 * cancelled, or nobody confirmed it for a day
 */
export async function confirmAccessChange(store: Store, cause: Cause, ref: OperationRef): Promise<Aftermath> {
  return store.inTeam(ref.teamId, async (tx) => {
    const team = await lockTeam(tx, ref.teamId);
    const { operation, action } = await held(tx, ref);
    const state = operationStateAt(operation, cause.asOf);
    if (state !== 'awaiting_confirmation') {
      await seeOperation(tx, operation.id, cause);
      if (state === 'cancelled') throw isOver();
      return { operation, changedApprovals: changedBy(operation) };
    }
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
    const { operation, action } = await held(tx, ref);
    const state = operationStateAt(operation, cause.asOf);
    if (state !== 'awaiting_confirmation') {
      await seeOperation(tx, operation.id, cause);
      if (state === 'cancelled') return operation;
      throw isOver();
    }
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

async function held(
  tx: Tx,
  { operationId }: OperationRef,
): Promise<{ readonly operation: OperationRow; readonly action: Record<string, unknown> }> {
  const operation = await OperationRow.query(tx).findById(operationId).forNoKeyUpdate();
  // What was done at once never waited: there is nothing to confirm.
  if (operation?.action == null) throw notFound('operation');
  return { operation, action: operation.action };
}

/** Asks the rule; an operation about what is not there for somebody is not there either. */
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
    if (error instanceof Refusal && error.code === 'not_found') throw notFound('operation');
    throw error;
  }
}

async function cancel(tx: Tx, cause: Cause, operation: OperationRow): Promise<OperationRow> {
  const { id, teamId } = operation;
  const cancelled = await OperationRow.query(tx).patchAndFetchById(id, {
    state: 'cancelled',
    finishedAt: cause.asOf,
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

function isOver(): Refusal {
  return new Refusal('conflict', 'This operation does not wait to be confirmed.');
}
