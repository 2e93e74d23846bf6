import { keyWarnings, MANY_KEYS } from '../domain/access-key';
import type { Cause } from '../domain/actor';
import { storedDurationMs } from '../domain/duration';
import { policyOf, type TeamPolicy } from '../domain/policy';
import { appendAudit } from '../store/audit';
import type { Store, Tx } from '../store/database';
import { Team } from '../store/models';
import { countLiveKeys, dueWarnings, markWarned, nextKeyInstant } from '../store/queries/keyring';
import { endOverdueKeys, keyEndedLine } from './parts/end-keys';
import { writeKeyNotices, type KeyNews } from './parts/key-notices';

/** What was dealt with, and what comes next. */
export interface TendedKeyring {
  /** Counted up to one more than {@link MANY_KEYS}. */
  readonly live: number;
  readonly ended: number;
  readonly warned: number;
  /** Deliveries that wait for the end of somebody's quiet hours. */
  readonly held: number;
  /** The next warning or end, or null when no key lives. */
  readonly nextAt: Date | null;
  /** A batch was full: there may be more at once. */
  readonly isMoreDue: boolean;
}

/** Statements do not grow with what is due: so many are marked and audited in a fraction of a second. */
const BATCH = 1_000;

/**
 * Deals with the keys of a team that are due (KEY-4): marks those past their end and writes the notifications of ends and
 * warnings; of several warnings that are due for a key the latest alone. Mails and messages follow from the notices' deliveries.
 * @param at.publicUrl what links begin with
 */
export async function tendKeyring(
  store: Store,
  at: { readonly teamId: string; readonly asOf: Date; readonly publicUrl: string },
): Promise<TendedKeyring> {
  const { teamId, asOf } = at;
  const cause: Cause = {
    actor: { type: 'rule', name: 'key_inactivity' },
    source: 'timer',
    requestId: null,
    asOf,
  };
  return store.inTeam(teamId, async (tx) => {
    const team = await Team.query(tx).findById(teamId).throwIfNotFound();
    const policy = policyOf(team.policy);
    const overdue = await endOverdueKeys(tx, { teamId, asOf, limit: BATCH });
    const warnings = await warningsDue(tx, at, policy);
    const inactivityMs = storedDurationMs(policy.keyInactivity);
    const ends: KeyNews = { event: 'key.ended', keys: overdue, inactivityMs, beforeMs: 0 };
    const held = await writeKeyNotices(tx, at, [...warnings, ends]);
    const warned = warnings.reduce((sum, { keys }) => sum + keys.length, 0);
    await appendAudit(
      tx,
      teamId,
      cause,
      overdue.map((key) => keyEndedLine(key, 'expired')),
    );
    const live = await countLiveKeys(tx, teamId, MANY_KEYS + 1);
    return {
      live,
      ended: overdue.length,
      ...{ warned, held },
      nextAt: await nextKeyInstant(tx, teamId, asOf, offsetsOf(policy)),
      isMoreDue: overdue.length === BATCH || warned >= BATCH,
    };
  });
}

/** After how much idleness something happens, ms: the warnings in their order, the end last. */
function offsetsOf(policy: TeamPolicy): readonly number[] {
  const inactivityMs = storedDurationMs(policy.keyInactivity);
  const warnings = keyWarnings(policy.keyWarnings.map(storedDurationMs), inactivityMs);
  return [...warnings.map((ms) => inactivityMs - ms), inactivityMs];
}

/** Notes the warnings that are due, of each key the latest alone. */
async function warningsDue(
  tx: Tx,
  at: { readonly teamId: string; readonly asOf: Date },
  policy: TeamPolicy,
): Promise<readonly KeyNews[]> {
  const inactivityMs = storedDurationMs(policy.keyInactivity);
  const stages = keyWarnings(policy.keyWarnings.map(storedDurationMs), inactivityMs);
  const news: KeyNews[] = [];
  for (const [index, beforeMs] of stages.entries()) {
    const shorterMs = stages[index + 1] ?? 0;
    const keys = await dueWarnings(tx, { ...at, inactivityMs, beforeMs, shorterMs, limit: BATCH });
    if (keys.length === 0) continue;
    await markWarned(
      tx,
      keys.map(({ id }) => id),
      { inactivityMs, beforeMs },
    );
    news.push({ event: 'key.ending', keys, inactivityMs, beforeMs });
  }
  return news;
}
