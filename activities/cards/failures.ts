import { ApplicationFailure } from '@temporalio/common';
import { slackFailure } from '../../bot/web-client';
import { AtWork } from './claims';

/** A process that died left its claim behind: it is over within seconds. */
const AT_WORK_PAUSE_MS = 2_000;

/** How Temporal goes on after failures: not at all, at Slack's own pace, or a little later. */
export function retryableFailure(failures: readonly unknown[]): ApplicationFailure {
  const kinds = failures.map(slackFailure);
  if (kinds.some(({ kind }) => kind === 'shut_out')) {
    return ApplicationFailure.nonRetryable('Slack takes the token no longer', 'SlackShutOut');
  }
  const pauses = kinds.flatMap((one) => (one.kind === 'rate_limited' ? [one.retryAfterMs] : []));
  if (pauses.length > 0) {
    return ApplicationFailure.create({
      type: 'SlackRateLimited',
      message: 'Slack asks for a pause',
      nextRetryDelay: Math.max(...pauses),
    });
  }
  if (failures.every((failure) => failure instanceof AtWork)) {
    return ApplicationFailure.create({
      type: 'AtWork',
      message: 'another process is at work on a copy',
      nextRetryDelay: AT_WORK_PAUSE_MS,
    });
  }
  return ApplicationFailure.create({ type: 'SlackUnreachable', message: 'Slack did not answer' });
}
