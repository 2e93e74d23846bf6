import express from 'express';
import { loadConfig } from '../config/env';
import { runHttpProcess } from '../config/http-process';
import { createLogger } from '../config/log';
import { createBot } from './server';

/** Slack's callbacks as a process of its own. Exit code 1 when it cannot start. */
async function main(): Promise<void> {
  const config = loadConfig(process.env);
  const log = createLogger('bot', config.logLevel);
  if (config.slack === null)
    throw new Error('The bot needs SLACK_SIGNING_SECRET and a token or an OAuth client.');
  const bot = await createBot(config, log);
  const app = express();
  app.disable('x-powered-by');
  app.use(bot.router);
  app.get('/metrics', bot.metrics);
  await runHttpProcess({ port: config.port, handler: app, log, close: () => bot.close() });
  log.info({ port: config.port }, 'the bot is ready');
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
