import { createServer } from 'node:http';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { listen } from '../../embedded/http';
// The product's worker as it is; the gauge is beside it.
import '../../workers/main';

/** What the worker's process holds, bytes. */
export interface Gauged {
  /** In use after a collection: what work left behind adds up here. */
  readonly heap: number;
  /** The most that was in use since it was asked last, garbage included. */
  readonly peak: number;
  /** All of the process, with the threads that run workflows. */
  readonly resident: number;
}

const LOOK_EVERY_MS = 20;

/** `GET /` on `GAUGE_PORT` answers {@link Gauged}. */
async function main(): Promise<void> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const used = (): number => getHeapStatistics().used_heap_size;
  let peak = 0;
  setInterval(() => (peak = Math.max(peak, used())), LOOK_EVERY_MS).unref();
  const server = createServer((_request, response) => {
    const most = Math.max(peak, used());
    const resident = process.memoryUsage.rss();
    collect();
    peak = 0;
    const gauged: Gauged = { heap: used(), peak: most, resident };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(gauged));
  });
  await listen(server, Number(process.env['GAUGE_PORT']));
  server.unref();
}

void main();
