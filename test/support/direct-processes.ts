import { inviteActivities } from '../../activities/invites';
import type { Mailer } from '../../mail/mailer';
import type { Store } from '../../store/database';
import { settledOutcome } from '../../store/queries/settled';
import type { Processes } from '../../workflows/client';

/**
 * Processes without Temporal, for tests of what stands before them: each Update calls at once the activity that its run
 * would call. That a run takes one decision of many, and takes it once, is proven on runs, not here.
 * @param now what a run's clock would say, ms since the epoch
 */
export function directProcesses(
  store: Store,
  mailer: Mailer,
  publicUrl: string,
  now = () => store.clock.now().getTime(),
): Processes {
  const processes: Processes = {
    startShare: () => Promise.resolve(true),
    startInvite: () => Promise.resolve(true),
    noticesHeld: () => Promise.resolve(),
    guestsJoined: () => Promise.resolve(true),
    decide: async (ref) => {
      const settled = await settledOutcome(store, ref);
      return settled ?? (await activities.decide({ attemptId: ref.attemptId, asOf: now() })).outcome;
    },
    withdraw: async (ref, by) => (await activities.withdraw(at(ref), by)).outcome,
    accept: async (ref, by) => (await activities.accept(at(ref), by)).outcome,
    cancel: async (ref, by) => (await activities.cancel(at(ref), by)).outcome,
    resend: async (ref, by) => (await activities.resend(at(ref), by)).outcome,
    requestChanged: () => Promise.resolve(),
    accessChanged: () => Promise.resolve(true),
    keysChanged: () => Promise.resolve(true),
    seatMayBeFree: () => Promise.resolve(),
    temporalLink: () => null,
    check: () => Promise.resolve(true),
    close: () => Promise.resolve(),
  };
  const activities = inviteActivities({ store, processes, mailer, publicUrl, fallbackEmail: null });
  const at = (ref: { approvalId: string; teamId: string }) => ({ ...ref, asOf: now() });
  return processes;
}
