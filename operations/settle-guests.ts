import type { Store } from '../store/database';
import { lockTeam } from '../store/queries/seats';
import { GUESTS_A_PAGE } from './parts/change-access';
import { auditAndSeat } from './parts/seat-waiting';
import { settleLosses } from './parts/settle-losses';

/**
 * Settles the next page of what an operation took from guests (GUEST-7): each removal and loss is in the audit log once, and
 * requests by and for those who left are closed. Two workers on the same page settle it once.
 * @returns how many guests; 0 when none is open
 */
export async function settleGuests(
  store: Store,
  input: { readonly operationId: string; readonly teamId: string; readonly asOf: Date },
): Promise<number> {
  const { operationId, teamId, asOf } = input;
  return store.inTeam(teamId, async (tx) => {
    const team = await lockTeam(tx, teamId);
    const settled = await settleLosses(tx, operationId, { limit: GUESTS_A_PAGE }, asOf);
    // A closed invitation may have held a seat; who gets it is told by the worker that looks for such.
    await auditAndSeat(tx, team, settled.cause, settled.audit);
    return settled.done;
  });
}
