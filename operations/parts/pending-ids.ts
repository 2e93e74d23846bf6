import type { Tx } from '../../store/database';
import { Approval } from '../../store/models';

/** Ids of a team's requests that wait for a decision. */
export async function pendingIds(tx: Tx, teamId: string): Promise<readonly string[]> {
  const pending = await Approval.query(tx).where({ teamId, state: 'pending' }).orderBy('id').select('id');
  return pending.map(({ id }) => id);
}
