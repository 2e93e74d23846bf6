import { NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { createActivities, createSlackActivities } from '../activities';
import { watchClock } from '../config/clock-watch';
import type { Config } from '../config/env';
import type { Log } from '../config/log';
import { createMailer } from '../mail/mailer';
import { openStore } from '../store/database';
import { createProcesses } from '../workflows/client';
import { MAIN_QUEUE, SLACK_QUEUE } from '../workflows/contracts/task-queues';
import { createSlack } from '../bot/web-client';
import { activityFailures } from './activity-failures';
import { workflowBundle as bundled, type WorkflowBundle } from './bundle-workflows';
import { heartbeats } from './heartbeats';
import { repeating } from './repeating';
import { ensureSearchAttributes } from './search-attributes';
import { wakeSeated, WAKE_EVERY_MS } from './seat-waker';
import { startStarter } from './starter';
import { sweep, SWEEP_EVERY_MS } from './sweep';

export { bundleWorkflows } from './bundle-workflows';
export type { WorkflowBundle } from './bundle-workflows';

/** A running worker. */
export interface RunningWorker {
  /** Resolves when it was closed, rejects when it failed. */
  readonly run: Promise<void>;
  /** Lets what is under way finish, then closes its connections. Calling again waits for the same end. */
  close(): Promise<void>;
}

/** How long activities may take to finish when the worker is asked to end; they are repeated elsewhere otherwise. */
const GRACE = '10s';
const FORCE = '20s';
/** A beat reaches Temporal at once: held back for longer, one that is late would end its activity. */
const BEATS = '1s';
/** A killed worker's runs wait this long for it before another takes them; the default of ten seconds is felt. */
const STICKY_TIMEOUT = '2s';
/** Runs kept in memory: about half a megabyte each, so a fixed number instead of a share of the heap. */
const CACHED_WORKFLOWS = 500;
/** A main activity holds one database connection at a time: as many as the pool has, less what the starter needs. */
const mainActivities = (poolMax: number): number => Math.max(2, poolMax - 2);
/** Slack takes about one message a second and channel: more at once only waits longer. */
const SLACK_ACTIVITIES = 10;

/** Starts the worker on both queues, and the starter of what has no run yet. @throws when Temporal is not there */
export async function startWorker(
  config: Config,
  log: Log,
  options: { readonly workflowBundle?: WorkflowBundle } = {},
): Promise<RunningWorker> {
  const workflowBundle = options.workflowBundle ?? (await bundled());
  const { address, namespace, apiKey, tls } = config.temporal;
  const connection = await NativeConnection.connect({
    address,
    ...(tls === null ? {} : { tls }),
    ...(apiKey === null ? {} : { apiKey }),
  }).catch((cause: unknown) => {
    throw new Error(`Temporal does not answer at ${address}`, { cause });
  });
  await ensureSearchAttributes(connection, namespace);
  const store = await openStore({ databaseUrl: config.databaseUrl, poolMax: config.databasePoolMax });
  const offset = Runtime.instance().metricMeter.createGauge('doorlist_clock_offset_seconds', 'float');
  const unwatch = watchClock(store.clock, log, (offsetMs) => offset.set(offsetMs / 1_000));
  const mailer = createMailer(config);
  const processes = createProcesses(store, { ...config.temporal, uiUrl: config.temporalUiUrl }, log);
  const { publicUrl, fallbackEmail } = config;
  const interceptors = { activity: [heartbeats, activityFailures(log)] };
  const times = {
    shutdownGraceTime: GRACE,
    shutdownForceTime: FORCE,
    maxHeartbeatThrottleInterval: BEATS,
  } as const;
  const common = { connection, namespace, interceptors, ...times };
  const main = await Worker.create({
    ...common,
    taskQueue: MAIN_QUEUE,
    workflowBundle,
    activities: createActivities({ store, mailer, processes, publicUrl, fallbackEmail }),
    stickyQueueScheduleToStartTimeout: STICKY_TIMEOUT,
    maxCachedWorkflows: CACHED_WORKFLOWS,
    maxConcurrentActivityTaskExecutions: mainActivities(config.databasePoolMax),
  });
  const slack = await Worker.create({
    ...common,
    taskQueue: SLACK_QUEUE,
    activities: createSlackActivities({ store, slack: createSlack(config, store), publicUrl }),
    maxConcurrentActivityTaskExecutions: SLACK_ACTIVITIES,
  });
  const helpers = [
    startStarter(store, processes, log),
    repeating(
      SWEEP_EVERY_MS,
      () => sweep(store),
      (error) => log.warn({ err: error }, 'what is over could not be swept'),
    ),
    repeating(
      WAKE_EVERY_MS,
      () => wakeSeated(store, processes),
      (error) => log.warn({ err: error }, 'invitations with a new seat could not be looked for'),
    ),
  ];
  const runs = [main.run(), slack.run()];
  const run = Promise.all(runs).then(() => undefined);
  const end = async (): Promise<void> => {
    await Promise.all(helpers.map((helper) => helper.stop()));
    for (const worker of [main, slack]) if (worker.getState() === 'RUNNING') worker.shutdown();
    // Both, for they use the connections. One that failed was reported by `run` itself.
    await Promise.allSettled(runs);
    unwatch();
    mailer.close();
    await processes.close();
    await connection.close();
    await store.close();
  };
  let ended: Promise<void> | undefined;
  return { run, close: () => (ended ??= end()) };
}
