import { Runtime } from '@temporalio/worker';
import { loadConfig } from '../config/env';
import { createLogger } from '../config/log';
import { temporalLogger } from './temporal-log';
import { startWorker } from './worker';

/** The worker as a process of its own. Ends in good order on SIGTERM and SIGINT; exit code 1 when it cannot go on. */
async function main(): Promise<void> {
  const config = loadConfig(process.env);
  const log = createLogger('worker', config.logLevel);
  const { workerMetricsAddress: bindAddress } = config;
  Runtime.install({
    // We end things ourselves, in order: first the work, then the connections that it uses.
    shutdownSignals: [],
    logger: temporalLogger(log),
    ...(bindAddress === null ? {} : { telemetryOptions: { metrics: { prometheus: { bindAddress } } } }),
  });
  const worker = await startWorker(config, log);
  const end = (): void => void worker.close();
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  log.info('the worker is ready');
  await worker.run;
  await worker.close();
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
