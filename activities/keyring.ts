import { tendKeyring } from '../operations/tend-keyring';
import { keyMail } from '../mail/templates/access-key';
import { untoldKeyNotices } from '../store/queries/keyring';
import type { ActivityDependencies } from './dependencies';
import { mailDue, type Delivered } from './notices';

/** Where a team's keys stand after a look at them. Instants in ms. */
export interface KeyringStanding {
  readonly live: number;
  readonly ended: number;
  readonly warned: number;
  readonly nextAt: number | null;
  readonly isMoreDue: boolean;
  /** Notices that are to be mailed, and to be said in Slack. */
  readonly untold: number;
  readonly unsaid: number;
}

/** What could not be brought for a week is no news any more. */
const NEWS_FOR_MS = 7 * 86_400_000;

/**
 * Activities of the `keyring` run (KEY-4).
 * @param timeOf the instant to reckon with, from the workflow's: the database's, as serving has it, whatever Temporal's clock
 * says. Tests that skip time have no other than the workflow's.
 */
export function keyringActivities(
  deps: ActivityDependencies,
  timeOf: (workflowTime: Date) => Date = () => deps.store.clock.now(),
) {
  const { store, processes, publicUrl } = deps;

  return {
    /** Deals with the keys that are due, and says what comes next. */
    async tendKeys({ teamId, asOf }: { teamId: string; asOf: number }): Promise<KeyringStanding> {
      const now = timeOf(new Date(asOf));
      const { nextAt, held, ...tended } = await tendKeyring(store, { teamId, asOf: now, publicUrl });
      if (held > 0) await processes.noticesHeld(teamId);
      const since = new Date(now.getTime() - NEWS_FOR_MS);
      const open = await store.inTeam(teamId, (tx) => untoldKeyNotices(tx, teamId, since));
      return { ...tended, nextAt: nextAt?.getTime() ?? null, untold: open.email, unsaid: open.slack };
    },

    /** Mails each notice once to the owner of the key. */
    async tellKeyOwners({ teamId, asOf }: { teamId: string; asOf: number }): Promise<Delivered> {
      return mailDue(deps, { teamId, shareId: teamId, asOf }, keyMail);
    },
  };
}
