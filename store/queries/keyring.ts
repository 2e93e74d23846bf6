import type { Tx } from '../database';
import { AccessKey, Delivery, Team } from '../models';

/**
 * Living keys of a team that are to be warned of at one distance from their end: no later warning of the same end has
 * gone out, and none of a shorter distance is due, whose turn it is then.
 * @param at.beforeMs the distance; `at.shorterMs` the next shorter one, or 0; `at.inactivityMs` the policy's inactivity
 */
export async function dueWarnings(
  tx: Tx,
  at: {
    readonly teamId: string;
    readonly asOf: Date;
    readonly inactivityMs: number;
    readonly beforeMs: number;
    readonly shorterMs: number;
    readonly limit: number;
  },
): Promise<readonly AccessKey[]> {
  const { teamId, asOf, inactivityMs, beforeMs, shorterMs, limit } = at;
  const idleFor = (ms: number): Date => new Date(asOf.getTime() - ms);
  return AccessKey.query(tx)
    .where({ teamId })
    .whereNull('endedAt')
    .where('idleSince', '<=', idleFor(inactivityMs - beforeMs))
    .where('idleSince', '>', idleFor(inactivityMs - shorterMs))
    .whereRaw(
      `(warned_end is distinct from idle_since + interval '1 millisecond' * ?::float8 or warned_before_ms > ?)`,
      [inactivityMs, beforeMs],
    )
    .orderBy('idleSince')
    .limit(limit)
    .forNoKeyUpdate();
}

/**
 * The next instant at which a living key of the team has been idle for one of the given times, or null when none lives.
 * @param offsets ms, the longest last: the key's end. One that is past already is due now.
 */
export async function nextKeyInstant(
  tx: Tx,
  teamId: string,
  asOf: Date,
  offsets: readonly number[],
): Promise<Date | null> {
  const instants: number[] = [];
  const endOffset = offsets.at(-1) ?? 0;
  for (const offset of offsets) {
    const since = new Date(asOf.getTime() - offset);
    // Each look is one probe of the index; `first()` alone would read all of them.
    const query = AccessKey.query(tx).select('idleSince').where({ teamId }).whereNull('endedAt');
    if (offset !== endOffset) void query.where('idleSince', '>', since);
    const [first] = await query.orderBy('idleSince').limit(1);
    if (first !== undefined) instants.push(first.idleSince.getTime() + offset);
  }
  return instants.length === 0 ? null : new Date(Math.min(...instants));
}

/** Notes the warning that went out for each of some keys. @param beforeMs how long before the end */
export async function markWarned(
  tx: Tx,
  keyIds: readonly string[],
  { inactivityMs, beforeMs }: { readonly inactivityMs: number; readonly beforeMs: number },
): Promise<void> {
  await AccessKey.query(tx)
    .findByIds([...keyIds])
    .patch({
      warnedEnd: tx.raw(`idle_since + interval '1 millisecond' * ?::float8`, [inactivityMs]),
      warnedBeforeMs: String(beforeMs),
    });
}

/** How many living keys a team has, counted up to `most` and no further. */
export async function countLiveKeys(tx: Tx, teamId: string, most: number): Promise<number> {
  const { rows } = await tx.raw<{ rows: { count: number }[] }>(
    `select count(*)::int from (select from access_keys where team_id = ? and ended_at is null limit ?) one`,
    [teamId, most],
  );
  return rows[0]?.count ?? 0;
}

/** How many notices of a team's keys are to be brought now, on each way. What is held for quiet hours is not among them. */
export async function untoldKeyNotices(
  tx: Tx,
  teamId: string,
  since: Date,
): Promise<Readonly<Record<Delivery['channel'], number>>> {
  const open = Delivery.query(tx)
    .where({ teamId, causeId: teamId })
    .whereNotNull('notificationId')
    .whereNull('sentAt')
    .whereNull('closedAt')
    .whereNull('dueAt')
    .where('createdAt', '>', since);
  return {
    email: await open.clone().where({ channel: 'email' }).resultSize(),
    slack: await open.clone().where({ channel: 'slack' }).resultSize(),
  };
}

/** Teams with keys whose run was not told of them, or that are past their end for longer than a run takes. */
export async function teamsWithUntendedKeys(
  tx: Tx,
  at: { readonly untoldBefore: Date; readonly dueBefore: Date; readonly limit: number },
): Promise<readonly string[]> {
  const untold = await AccessKey.query(tx)
    .distinct('teamId')
    .whereNull('endedAt')
    .whereNull('keyringToldAt')
    .where('createdAt', '<', at.untoldBefore)
    .limit(at.limit);
  const overdue = await Team.query(tx)
    .select('id')
    .whereRaw(
      // The key that is idle for longest, one probe of the index a team.
      `(select k.idle_since from access_keys k where k.team_id = teams.id and k.ended_at is null order by k.idle_since limit 1)
         <= ?::timestamptz - interval '1 second' * extract(epoch from coalesce(teams.policy->>'keyInactivity', 'P60D')::interval)`,
      [at.dueBefore],
    )
    .limit(at.limit);
  return [...new Set([...untold.map(({ teamId }) => teamId), ...overdue.map(({ id }) => id)])];
}
