import { v7 as uuid } from 'uuid';
import { keyWarnings } from '../domain/access-key';
import { isTeamAdmin } from '../domain/approval';
import type { Cause } from '../domain/actor';
import { storedDurationMs } from '../domain/duration';
import { policyOf, type TeamPolicy } from '../domain/policy';
import { appendAudit } from '../store/audit';
import type { Store, Tx } from '../store/database';
import { AccessKey, Element, Member, Notification, Team } from '../store/models';
import { dueWarnings, nextKeyInstant } from '../store/queries/keyring';
import { endOverdueKeys, keyEndedLine } from './parts/end-keys';

/** What was dealt with, and what comes next. */
export interface TendedKeyring {
  readonly live: number;
  readonly ended: number;
  readonly warned: number;
  /** The next warning or end, or null when no key lives. */
  readonly nextAt: Date | null;
  /** A batch was full: there may be more at once. */
  readonly isMoreDue: boolean;
}

/** Each takes a row, notifications and a mail: so many are dealt with in about a second. */
const BATCH = 100;

/**
 * Deals with the keys of a team that are due (KEY-4): marks those past their end and writes the notifications of ends and
 * warnings; of several warnings that are due for a key the latest alone. Mails follow from the notifications.
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
    for (const key of overdue) await notify(tx, at, key, { event: 'key.ended', stage: 'ended' });
    const warned = await warn(tx, at, policy);
    await appendAudit(
      tx,
      teamId,
      cause,
      overdue.map((key) => keyEndedLine(key, 'expired')),
    );
    const live = await AccessKey.query(tx).where({ teamId }).whereNull('endedAt').resultSize();
    return {
      live,
      ended: overdue.length,
      warned,
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

async function warn(
  tx: Tx,
  at: { readonly teamId: string; readonly asOf: Date; readonly publicUrl: string },
  policy: TeamPolicy,
): Promise<number> {
  const inactivityMs = storedDurationMs(policy.keyInactivity);
  let warned = 0;
  const stages = keyWarnings(policy.keyWarnings.map(storedDurationMs), inactivityMs);
  for (const [index, beforeMs] of stages.entries()) {
    const shorterMs = stages[index + 1] ?? 0;
    const due = await dueWarnings(tx, { ...at, inactivityMs, beforeMs, shorterMs, limit: BATCH });
    for (const key of due) {
      const end = new Date(key.idleSince.getTime() + inactivityMs);
      await AccessKey.query(tx)
        .findById(key.id)
        .patch({ warnedEnd: end, warnedBeforeMs: String(beforeMs) });
      await notify(tx, at, key, { event: 'key.ending', stage: `${end.toISOString()}:${beforeMs}`, end });
    }
    warned += due.length;
  }
  return warned;
}

async function notify(
  tx: Tx,
  { teamId, asOf, publicUrl }: { readonly teamId: string; readonly asOf: Date; readonly publicUrl: string },
  key: AccessKey,
  told: { readonly event: 'key.ending' | 'key.ended'; readonly stage: string; readonly end?: Date },
): Promise<void> {
  const element = await Element.query(tx).findById(key.elementId).throwIfNotFound();
  const what = `“${element.name}” (…${key.tail})`;
  const title =
    told.end === undefined
      ? `The access key of ${what} ended`
      : `The access key of ${what} ends on ${told.end.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const body =
    told.end === undefined
      ? 'Nobody used it for as long as the team’s policy allows. Make a new one if it is still needed.'
      : 'Nobody has used it for a while. Use or keep it, and it lives on; otherwise it ends for good.';
  for (const userId of await ownersOf(tx, key)) {
    await Notification.query(tx)
      .insert({
        ...{ id: uuid(), userId, teamId, topic: 'keys', event: told.event, title, body },
        dedupeKey: `key:${key.id}:${told.stage}:${userId}`,
        url: new URL(`/e/${element.id}`, publicUrl).href,
        createdAt: asOf,
      })
      .onConflict('dedupe_key')
      .ignore();
  }
}

/** Whose key it is: who made it, or, when they have left, the team's Admins (KEY-6). */
async function ownersOf(tx: Tx, { teamId, createdBy }: AccessKey): Promise<readonly string[]> {
  const members = await Member.query(tx).where({ teamId });
  const maker = members.find(({ userId, roles }) => userId === createdBy && !roles.includes('guest'));
  if (maker !== undefined) return [maker.userId];
  return members.filter(({ roles }) => isTeamAdmin(roles)).map(({ userId }) => userId);
}
