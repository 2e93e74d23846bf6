import type { Log } from '../config/log';
import type { Store } from '../store/database';
import { Approval, GuestDigest, OperationRow, Share } from '../store/models';
import { teamsWithUntendedKeys } from '../store/queries/keyring';
import type { Processes } from '../workflows/client';
import { repeating, type Repeating } from './repeating';

/** How often rows without a run are looked for. */
const LOOK_EVERY_MS = 1_000;
/** The process that wrote a row starts its run at once; one that is still unstarted by then needs help. */
const UNSTARTED_FOR_MS = 5_000;
/** As many as are started in one round, so that a long outage is worked off without a flood. */
const AT_ONCE = 50;
/** A run that lives marks a key within seconds of its end, or a minute in a large team. */
const OVERDUE_FOR_MS = 120_000;

/**
 * The outbox: starts the run of every row that has none after five seconds, because Temporal was away or its process
 * died. A start that finds the run already there is a success.
 */
export function startStarter(store: Store, processes: Processes, log: Log): Repeating {
  return repeating(
    LOOK_EVERY_MS,
    async () => {
      await startUnstarted(store, processes, log);
      await tellUntold(store, processes);
    },
    (error) => log.warn({ err: error }, 'rows without a run could not be started'),
  );
}

/** One round of the starter. @returns how many runs it started */
export async function startUnstarted(store: Store, processes: Processes, log: Log): Promise<number> {
  const before = new Date(store.clock.now().getTime() - UNSTARTED_FOR_MS);
  const [shares, approvals, operations] = await store.acrossTeams(async (tx) => [
    await Share.query(tx)
      .whereNull('workflowStartedAt')
      .where('createdAt', '<', before)
      .orderBy('createdAt')
      .limit(AT_ONCE),
    await Approval.query(tx)
      .whereNull('workflowStartedAt')
      .where('createdAt', '<', before)
      .orderBy('createdAt')
      .limit(AT_ONCE),
    await OperationRow.query(tx)
      .where({ hasRun: true })
      .whereNull('workflowStartedAt')
      .whereNotNull('teamId')
      .where('createdAt', '<', before)
      .orderBy('createdAt')
      .limit(AT_ONCE),
  ]);
  const keyrings = await store.acrossTeams((tx) =>
    teamsWithUntendedKeys(tx, {
      untoldBefore: before,
      dueBefore: new Date(store.clock.now().getTime() - OVERDUE_FOR_MS),
      limit: AT_ONCE,
    }),
  );
  const joined = await store.acrossTeams((tx) =>
    GuestDigest.query(tx)
      .distinct('teamId')
      .whereNull('runToldAt')
      .whereNull('closedAt')
      .where('beganAt', '<', before)
      .limit(AT_ONCE),
  );
  const starts = [
    ...shares.map(
      ({ id, teamId }) =>
        () =>
          processes.startShare({ shareId: id, teamId }),
    ),
    ...approvals.map(
      ({ id, teamId }) =>
        () =>
          processes.startInvite({ approvalId: id, teamId }),
    ),
    ...operations.map(
      ({ id, teamId }) =>
        () =>
          processes.accessChanged({ operationId: id, teamId: teamId ?? '' }),
    ),
    ...joined.map(
      ({ teamId }) =>
        () =>
          processes.guestsJoined(teamId),
    ),
    ...keyrings.map((teamId) => () => processes.keysChanged(teamId)),
  ];
  let started = 0;
  for (const start of starts) {
    // One that Temporal does not take says that it is down: the rest would only wait, each for itself.
    if (!(await start())) break;
    started += 1;
  }
  if (started > 0) log.info({ started }, 'started what had no run yet');
  if (started < starts.length) log.warn({ left: starts.length - started }, 'Temporal takes no starts now');
  return started;
}

/**
 * One round of telling runs that their rows changed, where the signal that said so was lost (INVITE-8, INVITE-11): a run takes the
 * mark away when it reads. @returns how many were told
 */
export async function tellUntold(store: Store, processes: Processes): Promise<number> {
  const before = new Date(store.clock.now().getTime() - UNSTARTED_FOR_MS);
  const untold = await store.acrossTeams((tx) =>
    Approval.query(tx)
      .where('untoldSince', '<', before)
      .whereIn('state', ['pending', 'approved'])
      .orderBy('untoldSince')
      .limit(AT_ONCE),
  );
  for (const { id } of untold) await processes.requestChanged(id);
  return untold.length;
}
