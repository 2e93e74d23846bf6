import { createServer } from 'node:http';
import express from 'express';
import { Runtime } from '@temporalio/worker';
import { createApi } from '../api/server';
import { createBot } from '../bot/server';
import { ConfigError, loadConfig } from '../config/env';
import { finishServer } from '../config/http-process';
import { createLogger } from '../config/log';
import { migrate } from '../migrations/main';
import { temporalLogger } from '../workers/temporal-log';
import { bundleWorkflows, startWorker } from '../workers/worker';
import { writeAddresses } from './addresses';
import { banner } from './banner';
import { openHome } from './home';
import { listen } from './http';
import { startParts, type EmbeddedParts } from './parts';
import { isFree, keptPorts, type KeptPorts } from './ports';
import { StartError, messageOf } from './start-error';
import { startExampleApi } from './world/example-api';
import { seedWorld } from './world/seed';

const USUAL_PORT = 3000;
/** Where a clean end does not come about, the process ends all the same: every server of ours is tethered to it. */
const END_WITHIN_MS = 30_000;
/** What was asked before the end is answered, where it takes no longer than this. */
const FINISH_WITHIN_MS = 10_000;

/** `npm start`: all of Doorlist on one machine, on embedded parts (OPS-1). */
async function main(): Promise<void> {
  const ends: (() => Promise<void>)[] = [];
  let ending: Promise<void> | null = null;
  const end = (): Promise<void> => {
    // Ctrl-C reaches us twice, from the terminal and from npm: the end runs once.
    ending ??= (async () => {
      setTimeout(() => process.exit(1), END_WITHIN_MS).unref();
      for (const stop of [...ends].reverse()) await stop().catch(() => undefined);
    })();
    return ending;
  };
  const signalled = new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => resolve());
  });
  try {
    // A signal counts during the start as well: it may be fetching Temporal for minutes.
    await Promise.race([signalled, start(ends).then(({ died }) => died)]);
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    if (!(error instanceof StartError || error instanceof ConfigError)) {
      process.stderr.write(`${error instanceof Error ? (error.stack ?? '') : ''}\n`);
    }
    process.exitCode = 1;
  }
  await end();
  process.exit();
}

/** Brings everything up. `died` rejects when a part ends by itself. */
async function start(ends: (() => Promise<void>)[]): Promise<{ died: Promise<never> }> {
  const { env } = process;
  // The SDK must not take the signals: the order of the end is ours.
  const log = createLogger('doorlist', 'warn');
  Runtime.install({ shutdownSignals: [], logger: temporalLogger(log) });
  const home = openHome(env['DOORLIST_HOME']?.trim() || '.doorlist');
  ends.push(() => {
    home.release();
    return Promise.resolve();
  });
  const ports = keptPorts(home.path);
  const port = await publicPort(env, ports);
  const bundling = bundleWorkflows();
  bundling.catch(() => undefined);
  const parts = await startParts(env, home.path, ports, port, log);
  ends.push(() => parts.stop());
  const config = loadConfig(parts.env);
  log.level = config.logLevel;
  await migrate(config.databaseUrl);
  const worker = await startWorker(config, log, { workflowBundle: await bundling });
  ends.push(() => worker.close());
  const [bot, api] = [await createBot(config, log), await createApi(config, log)];
  ends.push(async () => {
    await bot.close();
    await api.close();
  });
  const app = express();
  app.disable('x-powered-by');
  app.use(bot.router, api.app);
  const server = createServer(api.front(app));
  await listen(server, config.port).catch((error: unknown) => {
    throw new StartError(`Port ${config.port} cannot be listened on: ${messageOf(error)}`);
  });
  ends.push(() => finishServer(server, FINISH_WITHIN_MS));
  const exampleApi = await startExampleApi(await ports.take('example-api', 3200));
  ends.push(() => exampleApi.stop());
  await seed(parts, config.operatorToken, `http://127.0.0.1:${config.port}`, exampleApi.url);
  tell(parts, home.path, config.publicUrl, exampleApi.url);
  const workerEnded = worker.run.then(() => Promise.reject(new StartError('The worker ended by itself.')));
  return { died: Promise.race([parts.died, workerEnded]) };
}

async function publicPort(env: NodeJS.ProcessEnv, ports: KeptPorts): Promise<number> {
  const given = env['PORT'] ?? '';
  if (given === '') return ports.take('public', USUAL_PORT);
  const port = Number(given);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new StartError(`PORT=${given} is no port.`);
  if (!(await isFree(port))) throw new StartError(`Port ${port} is taken: set PORT to another one.`);
  return port;
}

async function seed(
  parts: EmbeddedParts,
  operatorToken: string | null,
  url: string,
  exampleApiUrl: string,
): Promise<void> {
  if (process.env['DOORLIST_SEED'] === 'off' || operatorToken === null) return;
  const { slack, issuer } = parts;
  const standIn = slack === null ? null : { teamId: slack.teamId, control: slack.control };
  await seedWorld({ publicUrl: url, operatorToken, slack: standIn, issuer, exampleApiUrl });
}

function tell(parts: EmbeddedParts, home: string, publicUrl: string, exampleApiUrl: string): void {
  const { temporalUiUrl, mailUrl, slack, issuer, operatorTokenFile } = parts;
  const slackUrl = slack?.webUrl ?? null;
  const addresses = {
    ...{ publicUrl, temporalUiUrl, mailUrl, slackUrl, operatorTokenFile },
    issuerUrl: issuer.url,
  };
  writeAddresses(home, addresses);
  process.stdout.write(banner(addresses, exampleApiUrl, parts.temporalWay));
  process.stdout.write(`ready ${publicUrl}\n`);
}

void main();
