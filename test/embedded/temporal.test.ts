import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { freePort } from '../../embedded/ports';
import { startTemporal } from '../../embedded/temporal';
import { temporalCli } from '../../embedded/temporal-programs';
import { tether } from '../../embedded/tether';
import { eventually } from '../../embedded/tour/eventually';
import { openLine } from '../../workflows/client-connection';
import { createRetention } from '../../workflows/client-retention';
import { SEARCH_ATTRIBUTES } from '../../workflows/contracts/search-attributes';

const MONTH_MS = 30 * 86_400_000;
/** Two starts of the dev server, the first of which may fetch its program. */
const FETCHED_MS = 300_000;

describe('the embedded Temporal', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'doorlist-temporal-'));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  /** As a version of ours left it that had no search attributes yet. */
  const olderDatabase = async () => {
    const address = `127.0.0.1:${await freePort()}`;
    const server = tether({
      command: (await temporalCli()).path,
      args: [
        ...['server', 'start-dev', '--headless', '--ip', '127.0.0.1', '--port', address.split(':')[1] ?? ''],
        ...['--db-filename', join(home, 'temporal.db'), '--log-level', 'error'],
      ],
      stopSignal: 'TERM',
    });
    await eventually('the older server', async () => {
      const connection = await Connection.connect({ address, connectTimeout: 500 }).catch(() => null);
      await connection?.close();
      return connection;
    });
    await server.stop();
  };

  it(
    'brings an older database up to date: search attributes and a month’s retention (OPS-3)',
    async () => {
      await olderDatabase();
      const temporal = await startTemporal({ home, port: await freePort(), uiPort: await freePort() });
      const connection = await Connection.connect({ address: temporal.address });
      try {
        const namespace = temporal.namespace;
        const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
        expect(Object.keys(customAttributes)).toEqual(
          expect.arrayContaining(SEARCH_ATTRIBUTES.map(({ name }) => name)),
        );
        const { config } = await connection.workflowService.describeNamespace({ namespace });
        expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(MONTH_MS / 1_000);
        expect((await fetch(temporal.uiUrl)).status).toBe(200);
        // A link to a run goes when the run does.
        const line = openLine({ ...temporal, apiKey: null, tls: null });
        const retention = createRetention(line, namespace);
        expect(await retention.ask()).toBe(true);
        const now = new Date();
        const ago = (ms: number) => new Date(now.getTime() - ms);
        expect([null, ago(MONTH_MS - 1), ago(MONTH_MS)].map((at) => retention.isKept(at, now))).toEqual([
          ...[true, true, false],
        ]);
        await line.close();
      } finally {
        await connection.close();
        await temporal.stop();
      }
    },
    FETCHED_MS,
  );
});
