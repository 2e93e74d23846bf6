import { Counter, Gauge, Registry } from 'prom-client';
import { clockMetrics } from '../config/metrics';
import type { Store } from '../store/database';
import { COUNTED, DECISION_QUANTILES, DUE, measures, type Measures } from '../store/queries/measures';
import type { KeyTally } from './keys/key-tally';

/** Whoever asks more often hears the same again: so many looks at the database are made at most, whoever may ask. */
const LOOK_EVERY_MS = 5_000;

/** What `GET /metrics` answers. */
export interface Metrics {
  readonly contentType: string;
  /** All of it as Prometheus reads it. Never fails: with the database away its part is missing, and said to be so. */
  text(): Promise<string>;
}

/** Measures this process, and by the database all of them together (OPS-5, OPS-9). No figure has a label with an id. */
export function createMetrics(store: Pick<Store, 'clock' | 'acrossTeams'>, tally: KeyTally): Metrics {
  const own = clockMetrics(store.clock);
  new Counter({
    ...{ registers: [own], name: 'doorlist_key_reads_total', labelNames: ['outcome'] },
    help: 'Reads by access key that this process answered',
    collect() {
      this.reset();
      for (const [outcome, times] of Object.entries(tally.totals())) this.inc({ outcome }, times);
    },
  });
  let last: { readonly at: number; readonly found: Promise<string> } | null = null;
  const ofAll = (): Promise<string> => {
    const at = performance.now();
    if (last === null || at - last.at >= LOOK_EVERY_MS) last = { at, found: look(store) };
    return last.found;
  };
  return {
    contentType: own.contentType,
    text: async () => `${await own.metrics()}\n${await ofAll()}`,
  };
}

type MakeGauge = (name: string, help: string, labelNames?: readonly string[]) => Gauge;

/** One look at the database, as text. */
async function look(store: Pick<Store, 'clock' | 'acrossTeams'>): Promise<string> {
  const found = await store.acrossTeams((tx) => measures(tx, store.clock.now())).catch(() => null);
  const registry = new Registry();
  const gauge: MakeGauge = (name, help, labelNames = []) =>
    new Gauge({ registers: [registry], name: `doorlist_${name}`, help, labelNames });
  gauge('database_up', '1 while the database answers').set(found === null ? 0 : 1);
  if (found !== null) show(found, gauge);
  return registry.metrics();
}

function show(found: Measures, gauge: MakeGauge): void {
  const upTo = `counted up to ${COUNTED}`;
  gauge('pending_requests', `Requests that wait for a decision, ${upTo}`).set(found.pending);
  gauge('queue_age_seconds', 'Age of the oldest request that waits; 0 where none does').set(
    found.queueAge ?? 0,
  );
  const took = gauge(
    'time_to_decision_seconds',
    'From a request to its decision by a person: the last thousand decisions of the past week',
    ['quantile'],
  );
  for (const [nth, quantile] of DECISION_QUANTILES.entries()) {
    const within = found.decisionTimes?.[nth];
    if (within !== undefined) took.set({ quantile }, within);
  }
  gauge('cascades_running', `Operations that still settle what follows from access taken away, ${upTo}`).set(
    found.cascades,
  );
  const guests = gauge('cascade_guests', 'Guests whom the running operations took something from', ['state']);
  guests.set({ state: 'settled' }, found.cascadeGuestsSettled);
  guests.set({ state: 'open' }, found.cascadeGuests - found.cascadeGuestsSettled);
  gauge('access_keys_live', `Access keys that have not been ended, ${upTo}`).set(found.liveKeys);
  gauge('access_keys_due', `Access keys past their end, not marked yet, up to ${DUE} a team`).set(
    found.dueKeys,
  );
  gauge('runs_unstarted', `Rows whose run in Temporal was not started within a minute, ${upTo}`).set(
    found.unstarted,
  );
  gauge(
    'slack_inbox_age_seconds',
    'Age of the oldest callback of Slack that is not done; 0 where all are',
  ).set(found.slackAge ?? 0);
}
