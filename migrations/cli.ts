import { loadConfig } from '../config/env';
import { migrate } from './main';

/** `npm run migrate`: brings the configured database to the newest step. */
migrate(loadConfig(process.env).databaseUrl).then(
  () => process.stdout.write('the database is at the newest step\n'),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
