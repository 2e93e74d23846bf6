import { createServer, type RequestListener, type Server } from 'node:http';
import type { Log } from './log';

/** Longer than any call takes (a repeat waits 30 s for its first), shorter than an orchestrator's usual patience of 60 s. */
const END_WITHIN_MS = 40_000;
const CLOSE_IDLE_EVERY_MS = 100;

/**
 * A process that answers HTTP until SIGTERM or SIGINT: then it takes no new connections, finishes what is under way, and
 * closes what its work used (OPS-10). Resolves once it listens.
 * @throws the server's error, such as a taken port
 */
export async function runHttpProcess(options: {
  readonly port: number;
  readonly handler: RequestListener;
  readonly log: Log;
  readonly close: () => Promise<void>;
}): Promise<void> {
  const { port, handler, log, close } = options;
  const server = createServer(handler);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, resolve);
  });
  server.on('error', (error) => log.error({ err: error }, 'the HTTP server failed'));
  const end = async (): Promise<void> => {
    await finishServer(server, END_WITHIN_MS);
    await close();
  };
  let isEnding = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (isEnding) return;
      isEnding = true;
      end().catch((error: unknown) => {
        log.error({ err: error }, 'the end was not in good order');
        process.exit(1);
      });
    });
  }
}

/** Stops taking connections and resolves when the open ones have their answers, or were cut off after `withinMs`. */
export function finishServer(server: Server, withinMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cutOff = setTimeout(() => server.closeAllConnections(), withinMs);
    // A connection that got its answer would be kept open for its client's next request.
    const idle = setInterval(() => server.closeIdleConnections(), CLOSE_IDLE_EVERY_MS);
    server.close(() => {
      clearTimeout(cutOff);
      clearInterval(idle);
      resolve();
    });
  });
}
