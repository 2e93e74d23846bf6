import { confirmationEnd, type OperationState } from '../domain/access-change';
import { expireAccessChange } from '../operations/end-access-change';
import { changedBy } from '../operations/parts/finished-operation';
import { settleGuests } from '../operations/settle-guests';
import { writeLossNotices, type LossNoticesPage } from '../operations/write-loss-notices';
import { OperationRow } from '../store/models';
import type { AccessChangeInput } from '../workflows/contracts/access-change';
import type { ActivityDependencies } from './dependencies';
import { inLanes } from './lanes';

/** Where an operation stands, as its run needs it: counts, instants in ms and enums only. */
export interface AccessChangeStanding {
  readonly state: OperationState;
  readonly done: number;
  readonly total: number;
  /** Guests of the plan who are not written off yet. */
  readonly open: number;
  readonly confirmableUntil: number;
}

/** The operation at an instant of the workflow's clock, ms since the epoch. */
interface AccessChangeAt extends AccessChangeInput {
  readonly asOf: number;
}

/** Signals under way at once: each is one small write in Temporal. */
const SIGNALS = 10;

/** Activities of the `accessChange` workflow (GUEST-7, GUEST-8). */
export function accessChangeActivities({ store, processes, publicUrl }: ActivityDependencies) {
  const load = ({ operationId, teamId }: AccessChangeInput): Promise<OperationRow> =>
    store.inTeam(teamId, (tx) => OperationRow.query(tx).findById(operationId).throwIfNotFound());

  return {
    /** Reads where the operation stands. */
    async loadAccessChange(input: AccessChangeInput): Promise<AccessChangeStanding> {
      const { state, done, total, createdAt } = await load(input);
      const open = state === 'running' ? total - done : 0;
      return { state, done, total, open, confirmableUntil: confirmationEnd(createdAt).getTime() };
    },

    /** Cancels what nobody confirmed in time. @returns whether it did */
    async expireAccessChange({ operationId, teamId, asOf }: AccessChangeAt): Promise<boolean> {
      return expireAccessChange(store, { operationId, teamId, asOf: new Date(asOf) });
    },

    /** Writes a page of guests off. @returns how many */
    async settleGuests({ operationId, teamId, asOf }: AccessChangeAt): Promise<number> {
      return settleGuests(store, { operationId, teamId, asOf: new Date(asOf) });
    },

    /** Has the runs of requests that closed or changed look at their rows. Best effort: they look by themselves, too. */
    async tellClosedRequests(input: AccessChangeInput): Promise<number> {
      const changed = changedBy(await load(input));
      await inLanes([...new Set(changed)], SIGNALS, (approvalId) => processes.requestChanged(approvalId));
      return changed.length;
    },

    /** Writes a page of notices; those that have to wait get a run that sends them. */
    async writeLossNotices(
      page: AccessChangeAt & { readonly after: string | null },
    ): Promise<LossNoticesPage> {
      const written = await writeLossNotices(store, { ...page, asOf: new Date(page.asOf), publicUrl });
      if (written.held > 0) await processes.noticesHeld(page.teamId);
      return written;
    },
  };
}
