import { ApplicationFailure, ApplicationFailureCategory, TemporalFailure } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { NotFoundError } from 'objection';
import { Refusal } from '../domain/refusal';
import type { Log } from '../config/log';

/**
 * What is kept of a failure when an activity fails. Histories last for weeks and hold nothing personal (OPS-3), while a
 * database or a mail server names addresses and values in its messages: those go to the log alone.
 */
export function activityFailures(log: Log): ActivityInterceptorsFactory {
  return ({ info }) => ({
    inbound: {
      execute: async (input, next) => {
        try {
          return await next(input);
        } catch (error) {
          // Ours and Temporal's own, such as a cancellation, were worded for a history.
          if (error instanceof TemporalFailure) throw error;
          const { activityType: activity, attempt } = info;
          const workflowId = info.workflowExecution?.workflowId;
          log.warn({ err: error, activity, attempt, workflowId }, 'an activity failed');
          throw failureOf(error);
        }
      },
    },
  });
}

/** A failure as a history holds it: a type and a code. What no further try would change is not tried again. */
function failureOf(error: unknown): ApplicationFailure {
  if (error instanceof Refusal || error instanceof NotFoundError) {
    const message = error instanceof Refusal ? error.code : 'a row that has to be there is not';
    return ApplicationFailure.create({
      message,
      type: error.name,
      nonRetryable: true,
      category: ApplicationFailureCategory.BENIGN,
    });
  }
  const { name, code } = error as { readonly name?: unknown; readonly code?: unknown };
  return ApplicationFailure.retryable(
    typeof code === 'string' ? code : 'see the log of the worker',
    typeof name === 'string' ? name : 'Error',
  );
}
