import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { pino } from 'pino';
import { accessChangeActivities } from '../../activities/access-changes';
import { inviteActivities } from '../../activities/invites';
import { keyringActivities } from '../../activities/keyring';
import { noticeActivities } from '../../activities/notices';
import { shareActivities } from '../../activities/shares';
import { tellingActivities } from '../../activities/telling';
import type { CardsDrawn, DrawCards } from '../../activities/cards';
import type { Mail } from '../../mail/mailer';
import type { Approval, Invitation } from '../../store/models';
import * as models from '../../store/models';
import { activityFailures } from '../../workers/activity-failures';
import type { WorkflowBundle } from '../../workers/bundle-workflows';
import { heartbeats } from '../../workers/heartbeats';
import { addSearchAttributes } from '../../workers/search-attributes';
import { createProcesses, type Processes } from '../../workflows/client';
import { inviteWorkflowId, type InviteResult } from '../../workflows/contracts/invite';
import { MAIN_QUEUE, SLACK_QUEUE } from '../../workflows/contracts/task-queues';
import { openTestStore, type TestStore } from './database';

/** Temporal whose time can be skipped, with our workers on it, on a database of its own; mail and Slack are played. */
export interface WorkflowWorld {
  readonly store: TestStore;
  readonly processes: Processes;
  readonly environment: TestWorkflowEnvironment;
  /** All mail that went out. Tests that want it to fail set `mailFails`. */
  readonly outbox: Mail[];
  /** Every round of drawing that Slack took. */
  readonly drawn: DrawCards[];
  readonly faults: { mail: boolean; slack: boolean };
  /** What the workflows' clock says. */
  now(): Promise<Date>;
  /** Lets this much time pass for workflows, ms. One wait at a time, this or another. */
  pass(ms: number): Promise<void>;
  /** Lets time pass until a moment of the workflows' clock. */
  passUntil(at: Date): Promise<void>;
  /** Lets time pass until a run is over. */
  result<Result>(workflowId: string): Promise<Result>;
  ending(approvalId: string): Promise<InviteResult>;
  approval(teamId: string, id: string): Promise<Approval>;
  invitation(teamId: string, id: string): Promise<Invitation>;
  /**
   * Forgets what was sent and mends what was broken. Runs are left to themselves: the server's clock does not move any
   * more after a run was terminated.
   */
  reset(): void;
  close(): Promise<void>;
}

/** Opens it on the time-skipping server; takes a second or two. Close it in `afterAll`. */
export async function openWorkflowWorld(): Promise<WorkflowWorld> {
  // What a test breaks on purpose would fill its output; what breaks otherwise fails an expectation.
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const environment = await timeSkippingEnvironment();
  await addSearchAttributes(environment.nativeConnection, 'default');
  const world = await workflowWorldOn(environment, { codePath: fromSetUp('DOORLIST_TEST_BUNDLE') });
  return {
    ...world,
    close: async () => {
      await world.close();
      await environment.teardown();
    },
  };
}

/** The SDK gives its server five seconds to start; a JVM on a machine at its limits takes longer at times. */
async function timeSkippingEnvironment(starts = 3): Promise<TestWorkflowEnvironment> {
  const executable = { type: 'existing-path', path: fromSetUp('DOORLIST_TEST_SERVER') } as const;
  try {
    return await TestWorkflowEnvironment.createTimeSkipping({ server: { executable } });
  } catch (error) {
    if (starts === 1 || !/did not start within/.test(String(error))) throw error;
    return timeSkippingEnvironment(starts - 1);
  }
}

/** Puts workers with our workflows, real operations, played mail and a played Slack on a Temporal server. */
export async function workflowWorldOn(
  environment: TestWorkflowEnvironment,
  workflowBundle: WorkflowBundle,
): Promise<WorkflowWorld> {
  const { nativeConnection: connection, client } = environment;
  const store = await openTestStore();
  const processes = createProcesses(store, {
    ...{ address: environment.address, namespace: 'default', apiKey: null, tls: null, uiUrl: null },
  });
  const outbox: Mail[] = [];
  const drawn: DrawCards[] = [];
  const faults = { mail: false, slack: false };
  const mailer = {
    send: (mail: Mail): Promise<void> => {
      if (faults.mail) return Promise.reject(new Error('the mail server is down'));
      outbox.push(mail);
      return Promise.resolve();
    },
    close: () => undefined,
  };
  const deps = { store, mailer, processes, publicUrl: 'https://doorlist.test' };
  const given = { ...deps, fallbackEmail: 'last-resort@example.test' };
  const drawCards = (request: DrawCards): Promise<CardsDrawn> => {
    if (faults.slack) return Promise.reject(new Error('Slack is dark'));
    drawn.push(request);
    return Promise.resolve({ slack: 'none', copies: 0, unreachable: 0 });
  };
  const announceShare = () => Promise.resolve(false);
  const sendDirectNotices = () => Promise.resolve({ done: 0, isMore: false });
  const interceptors = { activity: [heartbeats, activityFailures(pino({ level: 'silent' }))] };
  const main = await Worker.create({
    ...{ connection, interceptors },
    taskQueue: MAIN_QUEUE,
    workflowBundle,
    activities: {
      ...inviteActivities(given),
      ...tellingActivities(given),
      ...shareActivities(given),
      // Skipped time is the workflows' alone.
      ...keyringActivities(given, (workflowTime) => workflowTime),
      ...noticeActivities(given),
      ...accessChangeActivities(given),
    },
    // A bug in workflow code fails the test at once, where in production it waits for a fix.
    workflowFailureErrorTypes: { '*': ['Error'] },
  });
  const slack = await Worker.create({
    ...{
      connection,
      interceptors,
      taskQueue: SLACK_QUEUE,
      activities: { drawCards, announceShare, sendDirectNotices },
    },
  });
  const working = Promise.all([main.run(), slack.run()]);
  const now = async (): Promise<Date> => new Date(await environment.currentTimeMs());
  let isWaiting = false;
  // Each wait takes one hold off the server's clock. The first takes off the test's own, a second one that of a running activity:
  // time passes under it, and once the counts are out of balance it never passes again.
  const alone = async <T>(wait: () => Promise<T>): Promise<T> => {
    if (isWaiting) throw new Error('another wait is under way: the server takes one at a time');
    isWaiting = true;
    try {
      return await wait();
    } finally {
      isWaiting = false;
    }
  };
  const pass = (ms: number): Promise<void> => alone(() => environment.sleep(ms));
  const result = <Result>(workflowId: string): Promise<Result> =>
    alone(() => client.workflow.getHandle(workflowId).result() as Promise<Result>);

  return {
    ...{ store, processes, environment, outbox, drawn, faults, now, pass, result },
    passUntil: async (at) => pass(Math.max(1, at.getTime() - (await now()).getTime())),
    ending: (approvalId) => result<InviteResult>(inviteWorkflowId(approvalId)),
    approval: (teamId, id) =>
      store.inTeam(teamId, (tx) => models.Approval.query(tx).findById(id).throwIfNotFound()),
    invitation: (teamId, id) =>
      store.inTeam(teamId, (tx) => models.Invitation.query(tx).findById(id).throwIfNotFound()),
    reset: () => {
      outbox.length = 0;
      drawn.length = 0;
      Object.assign(faults, { mail: false, slack: false });
    },
    close: async () => {
      main.shutdown();
      slack.shutdown();
      await working;
      await processes.close();
      await store.close();
    },
  };
}

/** Waits for something that happens beside the test. @throws Error when it does not within this much real time, ms */
export async function eventually(holds: () => Promise<boolean>, withinMs = 5_000): Promise<void> {
  const end = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`it did not come about: ${holds.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function fromSetUp(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error('this layer needs its set-up: see test/support/workflow-setup.ts');
  return value;
}
