import { createRequire } from 'node:module';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { createTransport } from 'nodemailer';
import { createBareActivities } from './activities';
import { BESIDE_QUEUE, MAIN_QUEUE } from './contract';
import { openRows } from './rows';

const fromHere = createRequire(__filename);

/** The bare flow's worker: two queues, with the product's numbers. */
async function main(): Promise<void> {
  const address = process.env['TEMPORAL_ADDRESS'] ?? '';
  Runtime.install({ shutdownSignals: ['SIGTERM'] });
  const connection = await NativeConnection.connect({ address });
  const clientConnection = await Connection.connect({ address });
  const rows = openRows(process.env['DATABASE_URL'] ?? '');
  const mail = createTransport(`${process.env['SMTP_URL'] ?? ''}?pool=true&maxConnections=4`, {
    from: 'Bare <bare@bare.example>',
  });
  const activities = createBareActivities(rows, mail, new Client({ connection: clientConnection }));
  const common = { connection, activities } as const;
  const workers = await Promise.all([
    Worker.create({
      ...common,
      taskQueue: MAIN_QUEUE,
      workflowsPath: fromHere.resolve('./workflows'),
      stickyQueueScheduleToStartTimeout: '2s',
      maxCachedWorkflows: 500,
      maxConcurrentActivityTaskExecutions: 18,
    }),
    Worker.create({ ...common, taskQueue: BESIDE_QUEUE, maxConcurrentActivityTaskExecutions: 10 }),
  ]);
  await Promise.all(workers.map((worker) => worker.run()));
  mail.close();
  await rows.close();
  await clientConnection.close();
  await connection.close();
}

void main();
