import { proxyActivities } from '@temporalio/workflow';
import type { createActivities, createSlackActivities } from '../activities';
import { SLACK_QUEUE } from './contracts/task-queues';

/** Activities beat while their process lives: past this it was killed, and another worker takes the work up. */
const heartbeatTimeout = '10s';

/** Rows and mail. A database that is down comes back: these try until it does, and are guarded against doing it twice. */
export const main = proxyActivities<ReturnType<typeof createActivities>>({
  // A transaction or a mail takes well under a second; past this it hangs.
  startToCloseTimeout: '30s',
  heartbeatTimeout,
  retry: { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '30s' },
});

/** Telling all the people of a share: a group may have thousands of members. */
export const crowd = proxyActivities<Pick<ReturnType<typeof createActivities>, 'tellRecipients'>>({
  // Thousands of mails, one after the other, at a slow server.
  startToCloseTimeout: '2h',
  heartbeatTimeout,
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '5m' },
});

/** The invitation's mail: after a few tries its failure becomes visible, and the run goes on trying at its own pace. */
export const mail = proxyActivities<Pick<ReturnType<typeof createActivities>, 'sendInvitation'>>({
  startToCloseTimeout: '30s',
  heartbeatTimeout,
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumAttempts: 4 },
});

/** Slack, on a queue of its own. After two minutes of trying the run goes on with mail, and draws the cards later. */
export const slack = proxyActivities<ReturnType<typeof createSlackActivities>>({
  taskQueue: SLACK_QUEUE,
  // Up to a hundred copies of a card, each at Slack's pace of about one a second.
  startToCloseTimeout: '2m',
  scheduleToCloseTimeout: '2m',
  heartbeatTimeout,
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '20s' },
});
