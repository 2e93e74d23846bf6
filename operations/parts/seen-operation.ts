import type { Actor } from '../../domain/actor';
import { isTeamAdmin } from '../../domain/approval';
import type { Tx } from '../../store/database';
import { OperationRow } from '../../store/models';
import { teamRolesOf } from '../../store/queries/access';
import { notFound } from './caller-rights';

/**
 * A piece of work, for who started it, its team’s Admins, and the operator (an operation names ids alone, no content).
 * @throws {Refusal} `not_found` to all others
 */
export async function seeOperation(tx: Tx, operationId: string, actor: Actor): Promise<OperationRow> {
  const operation = await OperationRow.query(tx).findById(operationId);
  if (operation === undefined || !(await maySee(tx, operation, actor))) throw notFound('operation');
  return operation;
}

async function maySee(tx: Tx, operation: OperationRow, actor: Actor): Promise<boolean> {
  const { teamId, actorId } = operation;
  if (actor.type === 'operator') return true;
  if (actor.type !== 'person') return false;
  if (actor.userId === actorId) return true;
  return teamId !== null && isTeamAdmin(await teamRolesOf(tx, teamId, actor.userId));
}
