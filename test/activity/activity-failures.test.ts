import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { NotFoundError } from 'objection';
import { pino } from 'pino';
import { Refusal } from '../../domain/refusal';
import { User } from '../../store/models';
import { activityFailures } from '../../workers/activity-failures';

const address = 'ada@example.test';

describe('what a history keeps of an activity that failed (OPS-3)', () => {
  const lines: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => lines.push(line) });

  beforeEach(() => void (lines.length = 0));

  async function failureOf(error: Error): Promise<ApplicationFailure> {
    const environment = new MockActivityEnvironment();
    const { inbound } = activityFailures(log)(environment.context);
    const execute = inbound?.execute;
    if (execute === undefined) throw new Error('no interceptor of activities');
    const failing = () => Promise.reject(error);
    return environment.run(() =>
      execute({ args: [], headers: {} }, failing).then(
        () => Promise.reject(new Error('it did not fail')),
        (failure: unknown) => failure as ApplicationFailure,
      ),
    );
  }

  it('is a type and a code, and no word of what a mail server or a database said', async () => {
    const failure = await failureOf(
      Object.assign(new Error(`550 <${address}> no such mailbox`), { code: 'EENVELOPE' }),
    );
    expect(failure).toMatchObject({ type: 'Error', message: 'EENVELOPE', nonRetryable: false });
    expect(failure.cause).toBeUndefined();
    expect(JSON.stringify([failure, failure.stack])).not.toContain(address);
  });

  it('stands whole in the log instead, with the run that it belongs to', async () => {
    await failureOf(new Error(`550 <${address}> no such mailbox`));
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '{}')).toMatchObject({ workflowId: 'test', attempt: 1 });
    expect(lines[0]).toContain(address);
  });

  it.each([
    ['a rule refuses', new Refusal('forbidden', `not for ${address}`), 'forbidden'],
    [
      'a row is gone',
      new NotFoundError({ message: address, modelClass: User }),
      'a row that has to be there is not',
    ],
  ])('says that no further try helps when %s', async (_name, error, message) => {
    expect(await failureOf(error)).toMatchObject({ type: error.name, message, nonRetryable: true });
  });

  it.each([
    ApplicationFailure.create({ type: 'SlackRateLimited', message: 'Slack asks for a pause' }),
    new CancelledFailure('it was cancelled'),
  ])('is what was worded for a history: %s', async (failure) => {
    expect(await failureOf(failure)).toBe(failure);
    expect(lines).toEqual([]);
  });
});
