import { lostByStaying, type GuestLoss } from '../../domain/guest-cascade';
import type { Tx } from '../../store/database';

/**
 * Takes what a plan says from guests, and writes the plan's rows: when the transaction commits none of them reads through
 * it any more (GUEST-7). One statement each, however many guests there are. The team's row is locked: joins and other causes
 * begin with that lock, so that nobody is removed twice.
 */
export async function takeFromGuests(
  tx: Tx,
  operation: { readonly id: string; readonly teamId: string },
  losses: readonly GuestLoss[],
): Promise<void> {
  const { id, teamId } = operation;
  const pairs = lostByStaying(losses);
  await tx.raw(
    `delete from element_roles r using unnest(?::uuid[], ?::uuid[]) as lost (user_id, element_id)
     where r.team_id = ? and r.user_id = lost.user_id and r.element_id = lost.element_id`,
    [pairs.map(({ userId }) => userId), pairs.map(({ elementId }) => elementId), teamId],
  );
  const leaving = losses.filter(({ leaves }) => leaves).map(({ userId }) => userId);
  for (const table of ['element_roles', 'workspace_roles', 'members']) {
    await tx.raw(`delete from ${table} where team_id = ? and user_id = any (?::uuid[])`, [teamId, leaving]);
  }
  await tx.raw(
    `insert into guest_losses (operation_id, team_id, user_id, element_ids, leaves)
     select ?, ?, loss."userId", array(select jsonb_array_elements_text(loss."elementIds")::uuid), loss.leaves
       from jsonb_to_recordset(?::jsonb) as loss("userId" uuid, "elementIds" jsonb, leaves boolean)`,
    [id, teamId, JSON.stringify(losses)],
  );
}
