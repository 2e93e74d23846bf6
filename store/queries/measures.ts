import type { Tx } from '../database';

/** How things stand in all teams together, in figures that name nobody (OPS-5). Ages and durations in seconds. */
export interface Measures {
  /** Requests that wait for a decision, and the age of the oldest, or null where none waits. */
  readonly pending: number;
  readonly queueAge: number | null;
  /** Half, nine tenths and all but a hundredth of the decisions lately came within this; null where there was none. */
  readonly decisionTimes: readonly number[] | null;
  /** Operations that take access away and still settle what follows; the guests of all of them, and those settled so far. */
  readonly cascades: number;
  readonly cascadeGuests: number;
  readonly cascadeGuestsSettled: number;
  /** Living keys; and those past their end that no run has marked yet, which serve nothing all the same. */
  readonly liveKeys: number;
  readonly dueKeys: number;
  /** Rows whose run was not started within a minute. */
  readonly unstarted: number;
  /** The age of the oldest callback of Slack that is not done. */
  readonly slackAge: number | null;
}

/** Parts of all decisions within which `decisionTimes` are given. */
export const DECISION_QUANTILES = [0.5, 0.9, 0.99] as const;

/** Nothing is counted further than this: a scrape takes some tens of milliseconds however large the tables are. */
export const COUNTED = 100_000;
/** Of each team: in order and few, so that they are looked for by the index and not among all keys. */
export const DUE = 1_000;
/** So many decisions, none of them older, say how long one takes now. */
const DECISIONS = 1_000;
const DECISIONS_WITHIN_MS = 7 * 86_400_000;
/** Twelve rounds of the starter. */
const UNSTARTED_FOR_MS = 60_000;

const unstarted = (table: string, more = ''): string =>
  `(select count(*) from (select from ${table} where workflow_started_at is null and created_at < :unstartedBefore
     ${more} limit ${COUNTED}) one)`;

// Row-level security lets only leakproof comparisons use an index: instants are reckoned beforehand, not in a condition.
const MEASURES = `
  with ends as materialized (
    select id, cast(:now as timestamptz) - interval '1 second'
             * extract(epoch from coalesce(policy->>'keyInactivity', 'P60D')::interval) as idle_since from teams
  ), cascades as (
    select count(*) as running, coalesce(sum(total), 0) as total, coalesce(sum(done), 0) as done
      from (select total, done from operations where state = 'running' and has_run limit ${COUNTED}) one
  )
  select
    (select count(*) from (select from approvals where state = 'pending' limit ${COUNTED}) one)::int as pending,
    (select extract(epoch from cast(:now as timestamptz) - created_at)::float8 from approvals where state = 'pending'
      order by created_at limit 1) as "queueAge",
    (select percentile_cont(cast(:quantiles as float8[])) within group (order by took)
       from (select extract(epoch from decided_at - created_at)::float8 as took from approvals
              where state in ('approved', 'denied') and decided_at > :decidedAfter
                and decided_via in ('slack', 'web', 'api')
              order by decided_at desc limit ${DECISIONS}) lately) as "decisionTimes",
    cascades.running::int as cascades, cascades.total::int as "cascadeGuests", cascades.done::int as "cascadeGuestsSettled",
    (select count(*) from (select from access_keys where ended_at is null limit ${COUNTED}) one)::int as "liveKeys",
    (select coalesce(sum(n), 0) from ends cross join lateral (
       select count(*) as n from (
         select from access_keys k where k.team_id = ends.id and k.ended_at is null and k.idle_since <= ends.idle_since
          order by k.idle_since limit ${DUE}) one) due)::int as "dueKeys",
    (${unstarted('shares')} + ${unstarted('approvals')} + ${unstarted('operations', 'and has_run')})::int as unstarted,
    (select extract(epoch from cast(:now as timestamptz) - min(received_at))::float8 from slack_inbox
      where done_at is null) as "slackAge"
  from cascades`;

/** Measures them, in all teams. @param asOf the instant that ages are reckoned to */
export async function measures(tx: Tx, asOf: Date): Promise<Measures> {
  const before = (ms: number): Date => new Date(asOf.getTime() - ms);
  const { rows } = await tx.raw<{ rows: Measures[] }>(MEASURES, {
    ...{ now: asOf, quantiles: [...DECISION_QUANTILES] },
    ...{ unstartedBefore: before(UNSTARTED_FOR_MS), decidedAfter: before(DECISIONS_WITHIN_MS) },
  });
  const [row] = rows;
  if (row === undefined) throw new Error('a select of one row answers one');
  return row;
}
