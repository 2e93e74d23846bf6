import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { Client, Connection } from '@temporalio/client';
import { listen } from '../../../embedded/http';
import { accept, decide, MAIN_QUEUE, RUNS, type Flow } from './contract';
import { openRows, type Rows } from './rows';
import type { bareInvite, bareShare } from './workflows';

/** The bare flow's API: the three calls of a flow over plain HTTP, without rights, checks and answers worth reading. */
async function main(): Promise<void> {
  const connection = await Connection.connect({ address: process.env['TEMPORAL_ADDRESS'] ?? '' });
  const client = new Client({ connection });
  const rows = openRows(process.env['DATABASE_URL'] ?? '');
  const server = createServer((request, response) => {
    answer(request, rows, client).then(
      (body) => response.setHeader('content-type', 'application/json').end(JSON.stringify(body)),
      (error: unknown) => response.writeHead(500).end(JSON.stringify({ detail: String(error) })),
    );
  });
  await listen(server, Number(process.env['PORT']));
  process.once('SIGTERM', () => process.exit(0));
}

async function answer(request: IncomingMessage, rows: Rows, client: Client): Promise<unknown> {
  const [, , kind, id = ''] = (request.url ?? '').split('/');
  const body = await read(request);
  if (kind === 'elements') return share(body as { recipients: [{ email: string }] }, id, rows, client);
  if (kind === 'approvals') return decided(id, rows, client);
  if (kind === 'invitations') return accepted((body as { token: string }).token, rows, client);
  return { status: 'ok' };
}

async function share(
  { recipients: [{ email: guest }] }: { recipients: [{ email: string }] },
  team: string,
  rows: Rows,
  client: Client,
): Promise<unknown> {
  const flow: Flow = { id: randomUUID(), guest, approver: `ada@${team}`, requester: `ben@${team}` };
  await rows.write(flow.id, 'share');
  await client.workflow.start<typeof bareShare>('bareShare', {
    workflowId: `${RUNS.share}${flow.id}`,
    taskQueue: MAIN_QUEUE,
    args: [flow],
  });
  await rows.write(flow.id, 'started');
  return { id: flow.id, recipients: [{ outcome: 'pending_approval', inviteId: flow.id }] };
}

async function decided(id: string, rows: Rows, client: Client): Promise<unknown> {
  await rows.write(id, 'attempt');
  return { outcome: await handle(client, id).executeUpdate(decide) };
}

async function accepted(token: string, rows: Rows, client: Client): Promise<unknown> {
  const id = await rows.flowOf(token);
  if (id === null) throw new Error('no flow has this link');
  await rows.write(id, 'accepting');
  return { outcome: await handle(client, id).executeUpdate(accept) };
}

function handle(client: Client, id: string) {
  return client.workflow.getHandle<typeof bareInvite>(`${RUNS.invite}${id}`);
}

async function read(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  return text === '' ? null : (JSON.parse(text) as unknown);
}

void main();
