import { proxyActivities, type ActivityInterfaceFor, type ActivityOptions } from '@temporalio/workflow';
import type { createActivities, createSlackActivities } from '../activities';
import type { accessChangeActivities } from '../activities/access-changes';
import { SLACK_QUEUE } from './contracts/task-queues';

type Main = ReturnType<typeof createActivities>;
type Slack = ReturnType<typeof createSlackActivities>;
type Cascade = ReturnType<typeof accessChangeActivities>;

/** Activities beat while their process lives: past this it was killed, and another worker takes the work up. */
const heartbeatTimeout = '10s';

/** Rows and mail. A database that is down comes back: these try until it does, and are guarded against doing it twice. */
export const main = explained<
  Omit<
    Main,
    | 'tellRecipients'
    | 'sendInvitation'
    | 'tellKeyOwners'
    | 'writeNotices'
    | 'mailNotices'
    | 'nextHeldNotice'
    | keyof Cascade
  >
>(
  {
    // A transaction or a mail takes well under a second; past this it hangs.
    startToCloseTimeout: '30s',
    heartbeatTimeout,
    retry: { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '30s' },
  },
  {
    loadInvite: 'Read where the request stands',
    decide: 'Put a decision to the rule',
    withdraw: 'Take the request back',
    accept: 'Let the invited person in',
    cancel: 'Take the invitation back',
    resend: 'Have the invitation mailed again',
    expire: 'End the request, whose time is up',
    remind: 'Note a reminder',
    escalate: 'Note that it waits for too long',
    markInvitationFailed: 'Show that the mail does not go out',
    expireInvitation: 'End the invitation, whose time is up',
    takeSeat: 'Give free seats to who waits longest',
    askByMail: 'Ask by mail whom Slack does not reach',
    tellNoApprover: 'Say loudly that nobody could decide',
    tellEscalation: 'Ask every approver afresh, tell the last resort',
    tellNudge: 'Ask approvers again, by mail whom Slack does not reach',
    tellRequesters: 'Tell who has a part in it how it went on',
    tendKeys: 'Deal with access keys that are due',
    startInvites: 'Start the requests and invitations of the share',
  },
);

/** Writing off what guests lost, a page at a time. */
export const cascade = explained<Cascade>(
  {
    // A page of a thousand takes half a second, and waits its turn at the team's lock.
    startToCloseTimeout: '1m',
    heartbeatTimeout,
    retry: { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '30s' },
  },
  {
    loadAccessChange: 'Read where the operation stands',
    expireAccessChange: 'Cancel what nobody confirmed',
    settleGuests: 'Write a page of guests off',
    tellClosedRequests: 'Have requests that closed look at their rows',
    writeLossNotices: 'Write a page of notices',
  },
);

/** Telling many people, a page at a time. */
export const crowd = explained<Pick<Main, 'writeNotices' | 'mailNotices' | 'nextHeldNotice'>>(
  {
    // A page of a hundred mails over a few connections to a slow server.
    startToCloseTimeout: '5m',
    heartbeatTimeout,
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
  },
  {
    writeNotices: 'Write a page of notices',
    mailNotices: 'Mail a page of notices',
    nextHeldNotice: 'Look when the next quiet hours end',
  },
);

/** Telling all the people of a share at once, as runs do that began before there were pages. */
export const formerCrowd = explained<Pick<Main, 'tellRecipients'>>(
  {
    // Thousands of mails, one after the other, at a slow server.
    startToCloseTimeout: '2h',
    heartbeatTimeout,
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '5m' },
  },
  { tellRecipients: 'Tell each person of the share once' },
);

/** The invitation's mail and those about keys: after a few tries its failure becomes visible, and the run goes on trying at its own pace. */
export const mail = explained<Pick<Main, 'sendInvitation' | 'tellKeyOwners'>>(
  {
    startToCloseTimeout: '30s',
    heartbeatTimeout,
    retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumAttempts: 4 },
  },
  {
    sendInvitation: 'Mail the invitation’s link',
    tellKeyOwners: 'Mail the owners of access keys that end',
  },
);

/** Slack, on a queue of its own. After 45 seconds of trying the run goes on with mail, and draws the cards later. */
export const slack = explained<Pick<Slack, 'drawCards'>>(
  {
    taskQueue: SLACK_QUEUE,
    // Dozens of copies at Slack's pace; those that are left are drawn in the next round.
    startToCloseTimeout: '45s',
    scheduleToCloseTimeout: '45s',
    heartbeatTimeout,
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '20s' },
  },
  { drawCards: 'Draw every copy of the card' },
);

/** Notices in Slack. Nothing else waits for them, and after a day they are old news. */
export const slackCrowd = explained<Pick<Slack, 'sendDirectNotices' | 'announceShare'>>(
  {
    taskQueue: SLACK_QUEUE,
    // Fifty conversations to open and write to, at Slack's pace.
    startToCloseTimeout: '5m',
    scheduleToCloseTimeout: '1d',
    heartbeatTimeout,
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '5m' },
  },
  {
    sendDirectNotices: 'Send a page of notices in Slack',
    announceShare: 'Announce the share in the team’s channel',
  },
);

/** Notices of keys in Slack. The run has more to do: after two minutes it goes on, and says them later. */
export const slackKeys = explained<Pick<Slack, 'sendDirectNotices'>>(
  {
    taskQueue: SLACK_QUEUE,
    startToCloseTimeout: '1m',
    scheduleToCloseTimeout: '2m',
    heartbeatTimeout,
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '20s' },
  },
  { sendDirectNotices: 'Tell the owners of access keys in Slack' },
);

/** Activities under the same options, each with a line that tells an operator in Temporal UI what it does (OPS-3). */
function explained<A extends object>(
  options: ActivityOptions,
  summaries: Readonly<Record<keyof A & string, string>>,
): ActivityInterfaceFor<A> {
  const proxies = Object.entries<string>(summaries).map(([name, summary]) => [
    name,
    proxyActivities<A>({ ...options, summary })[name as keyof A],
  ]);
  return Object.fromEntries(proxies) as ActivityInterfaceFor<A>;
}
