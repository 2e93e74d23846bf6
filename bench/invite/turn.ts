import { setMaxListeners } from 'node:events';
import type { Client } from '@temporalio/client';
import { flow, type Side, type Times } from './flow';
import type { MailSink } from './mail-sink';

/** What a turn of one side came to. */
export interface Turn {
  readonly flows: number;
  /** From the first start until the last run was over. */
  readonly seconds: number;
  readonly perSecond: number;
  /** Milliseconds from the request until the roles are there. */
  readonly applied: { readonly p50: number; readonly p95: number };
  /** Milliseconds from the request until the run is over. */
  readonly closed: { readonly p50: number; readonly p95: number };
  /** Medians of how long each step took, ms. */
  readonly steps: Readonly<Record<keyof Times, number>>;
}

/** Many times what a flow takes on a busy machine: one that takes longer is lost. */
const FLOW_WITHIN_MS = 180_000;

/** So many flows of one side, with so many of them in parallel from the first to the last. */
export async function turn(
  side: Side,
  size: { readonly flows: number; readonly parallel: number },
  client: Client,
  sink: MailSink,
): Promise<Turn> {
  const guests = [...(await side.guests(size.flows))];
  const all: Times[] = [];
  const began = performance.now();
  const failing = new AbortController();
  // Each lane listens, and each of its polls.
  setMaxListeners(0, failing.signal);
  const lane = async (): Promise<void> => {
    for (let guest = guests.pop(); guest !== undefined && !failing.signal.aborted; guest = guests.pop()) {
      all.push(await within(FLOW_WITHIN_MS, flow(side, guest, client, sink)));
    }
  };
  const lanes = Array.from({ length: size.parallel }, () =>
    client.connection.withAbortSignal(failing.signal, lane).catch((error: unknown) => {
      // The others' polls end as well: none is left on a connection that is closed.
      failing.abort();
      throw error;
    }),
  );
  await Promise.all(lanes).catch(async (error: unknown) => {
    await Promise.allSettled(lanes);
    throw error;
  });
  const seconds = (performance.now() - began) / 1_000;
  const of = (step: keyof Times, share: number): number =>
    quantile(
      all.map((times) => times[step]),
      share,
    );
  const steps = (['requested', 'asked', 'approved', 'invited', 'applied', 'closed'] as const).map(
    (step, index, names) => {
      const before = names[index - 1];
      return [
        step,
        quantile(
          all.map((times) => times[step] - (before ? times[before] : 0)),
          0.5,
        ),
      ] as const;
    },
  );
  return {
    flows: size.flows,
    seconds,
    perSecond: size.flows / seconds,
    applied: { p50: of('applied', 0.5), p95: of('applied', 0.95) },
    closed: { p50: of('closed', 0.5), p95: of('closed', 0.95) },
    steps: Object.fromEntries(steps) as Record<keyof Times, number>,
  };
}

function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`a flow took longer than ${ms / 1_000} s`)), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** The value below which this share of all lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}
