import { createServer } from 'node:http';
import express from 'express';
import { loadConfig } from '../config/env';
import { createLogger } from '../config/log';
import { createBot } from './server';

/** The bot as a process of its own. Ends in good order on SIGTERM and SIGINT; exit code 1 when it cannot go on. */
async function main(): Promise<void> {
  const config = loadConfig(process.env);
  const log = createLogger('bot', config.logLevel);
  if (config.slack === null)
    throw new Error('The bot needs SLACK_SIGNING_SECRET and a token or an OAuth client.');
  const bot = await createBot(config, log);
  const app = express();
  app.disable('x-powered-by');
  app.use(bot.router);
  const server = createServer(app);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(config.port, resolve);
  });
  let isEnding = false;
  const end = (): void => {
    if (isEnding) return;
    isEnding = true;
    // No new callbacks; those under way are finished, then the connections that they use go.
    server.close(() => void bot.close());
    server.closeIdleConnections();
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  log.info({ port: config.port }, 'the bot is ready');
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
