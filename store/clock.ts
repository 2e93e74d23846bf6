import type { Knex } from 'knex';

/** This process's time, corrected by its measured offset to the database's clock. */
export interface Clock {
  now(): Date;
  /** Milliseconds that the database is ahead of this process, as last measured. */
  offsetMs(): number;
  stop(): void;
}

/** Clocks drift slowly; a fresh measurement a minute keeps the error far below a second. */
const MEASURE_EVERY_MS = 60_000;

/** Measures the offset now and once a minute. */
export async function createClock(knex: Knex): Promise<Clock> {
  let offset = await measure(knex);
  const timer = setInterval(() => {
    // A database that cannot be asked now leaves the last known offset in force.
    measure(knex).then(
      (fresh) => (offset = fresh),
      () => undefined,
    );
  }, MEASURE_EVERY_MS);
  timer.unref();
  return {
    now: () => new Date(Date.now() + offset),
    offsetMs: () => offset,
    stop: () => clearInterval(timer),
  };
}

async function measure(knex: Knex): Promise<number> {
  const before = Date.now();
  const answer = await knex.raw<{ rows: { ms: string }[] }>(
    `select (extract(epoch from clock_timestamp()) * 1000)::bigint as ms`,
  );
  const after = Date.now();
  const there = Number(answer.rows[0]?.ms);
  return Math.round(there - (before + after) / 2);
}
