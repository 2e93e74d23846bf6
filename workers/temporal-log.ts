import { DefaultLogger } from '@temporalio/worker';
import type { Log } from '../config/log';

/** What the SDK warns of in every start of ours: Slack's queue has activities alone, by design. */
const BY_DESIGN = 'No workflows registered, not polling for workflow tasks';

/** Warnings and errors of Temporal's SDK, in our log. */
export function temporalLogger(log: Log): DefaultLogger {
  return new DefaultLogger('WARN', ({ level, message, meta }) => {
    if (message === BY_DESIGN) return;
    if (level === 'ERROR') log.error(meta, message);
    else log.warn(meta, message);
  });
}
