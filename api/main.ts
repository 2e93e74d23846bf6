import { loadConfig } from '../config/env';
import { runHttpProcess } from '../config/http-process';
import { createLogger } from '../config/log';
import { createApi } from './server';

/** REST, pages and sign-in as a process of its own. Exit code 1 when it cannot start. */
async function main(): Promise<void> {
  const config = loadConfig(process.env);
  const log = createLogger('api', config.logLevel);
  const api = await createApi(config, log);
  await runHttpProcess({ port: config.port, handler: api.front(api.app), log, close: () => api.close() });
  log.info({ port: config.port }, 'the API is ready');
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
