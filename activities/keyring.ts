import { tendKeyring } from '../operations/tend-keyring';
import { keyMail } from '../mail/templates/access-key';
import { User } from '../store/models';
import { untoldKeyNotices } from '../store/queries/keyring';
import type { ActivityDependencies } from './dependencies';
import { mailEach, type Letter, type Mailed } from './deliver';

/** Where a team's keys stand after a look at them. Instants in ms. */
export interface KeyringStanding {
  readonly live: number;
  readonly ended: number;
  readonly warned: number;
  readonly nextAt: number | null;
  readonly isMoreDue: boolean;
  /** Notices that are not mailed yet. */
  readonly untold: number;
}

/** As many mails as go out in one activity, well within its time. */
const LETTERS = 50;
/** What could not be mailed for a week is no news any more. */
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
  const { store, publicUrl } = deps;
  const untold = (teamId: string, asOf: Date) =>
    store.inTeam(teamId, (tx) =>
      untoldKeyNotices(tx, teamId, new Date(asOf.getTime() - NEWS_FOR_MS), LETTERS),
    );

  return {
    /** Deals with the keys that are due, and says what comes next. */
    async tendKeys({ teamId, asOf }: { teamId: string; asOf: number }): Promise<KeyringStanding> {
      const now = timeOf(new Date(asOf));
      const { nextAt, ...tended } = await tendKeyring(store, { teamId, asOf: now, publicUrl });
      const letters = (await untold(teamId, now)).length;
      const isMoreDue = tended.isMoreDue || letters === LETTERS;
      return { ...tended, isMoreDue, nextAt: nextAt?.getTime() ?? null, untold: letters };
    },

    /** Mails each notice once to the owner of the key. */
    async tellKeyOwners({ teamId, asOf }: { teamId: string; asOf: number }): Promise<Mailed> {
      const notices = await untold(teamId, timeOf(new Date(asOf)));
      const letters: Letter[] = [];
      for (const { userId, dedupeKey, title, body, url } of notices) {
        const owner = await User.query(store.knex).findById(userId).throwIfNotFound();
        const told = keyMail({ title, body, url });
        letters.push({
          key: dedupeKey,
          teamId,
          compose: () => Promise.resolve({ to: owner.email, ...told }),
        });
      }
      return mailEach(deps, letters);
    },
  };
}
