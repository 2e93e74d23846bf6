import type { Cause } from '../domain/actor';
import { isTeamAdmin } from '../domain/approval';
import { Refusal } from '../domain/refusal';
import type { Tx } from '../store/database';
import { OperationRow, Team } from '../store/models';
import { teamRolesOf } from '../store/queries/access';
import { ruleOf } from './access-rules';
import { notFound } from './parts/caller-rights';

/**
 * A piece of work, for who started, confirmed or cancelled it, its team’s Admins, the operator, and while it waits to be confirmed
 * whoever could do it. An operation names ids alone, no content.
 * @throws {Refusal} `not_found` to all others
 */
export async function seeOperation(tx: Tx, operationId: string, cause: Cause): Promise<OperationRow> {
  const operation = await OperationRow.query(tx).findById(operationId);
  const sees =
    operation !== undefined &&
    ((await hasPartIn(tx, operation, cause)) || (await couldDo(tx, operation, cause)));
  if (!sees) throw notFound('operation');
  return operation;
}

async function hasPartIn(tx: Tx, operation: OperationRow, { actor }: Cause): Promise<boolean> {
  const { teamId, actorId, cause } = operation;
  if (actor.type === 'operator') return true;
  if (actor.type !== 'person') return false;
  const by = cause?.actor;
  if (actor.userId === actorId || (by?.type === 'person' && by.userId === actor.userId)) return true;
  return teamId !== null && isTeamAdmin(await teamRolesOf(tx, teamId, actor.userId));
}

async function couldDo(
  tx: Tx,
  { type, state, action, teamId }: OperationRow,
  cause: Cause,
): Promise<boolean> {
  if (state !== 'awaiting_confirmation' || action === null || teamId === null) return false;
  const team = await Team.query(tx).findById(teamId).throwIfNotFound();
  try {
    await ruleOf(type).judge(tx, cause, action, team);
    return true;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    // Whoever has the right could, if it were not for how things stand now.
    return error.code !== 'not_found' && error.code !== 'forbidden';
  }
}
