import type { Store } from '../store/database';
import { ApprovalEvent, Invitation } from '../store/models';
import type { Processes } from '../workflows/client';

/** How often invitations whose run does not know of its seat are looked for. */
export const WAKE_EVERY_MS = 5_000;
/** The process that freed the seat tells the run at once; a mail that is out by then needs no help. */
const UNTOLD_FOR_MS = 5_000;
/** As many as are told in one round, the longest wait first. */
const AT_ONCE = 50;

/**
 * Tells the runs of invitations that were given a seat and are not mailed yet (INVITE-2): the process that freed it may
 * have died after its commit, or Temporal was away. One that knows it already reads its rows once more.
 * @returns how many it told
 */
export async function wakeSeated(
  store: Store,
  processes: Pick<Processes, 'requestChanged'>,
): Promise<number> {
  const before = new Date(store.clock.now().getTime() - UNTOLD_FOR_MS);
  const untold = await store.acrossTeams((tx) =>
    Invitation.query(tx)
      .where({ state: 'sending', carriedBy: null })
      .whereExists(
        ApprovalEvent.query(tx)
          .whereColumn('approval_events.approvalId', 'invitations.id')
          .where({ type: 'seat_taken' })
          .where('at', '<', before),
      )
      .orderBy('id')
      .limit(AT_ONCE),
  );
  for (const { id } of untold) await processes.requestChanged(id);
  return untold.length;
}
