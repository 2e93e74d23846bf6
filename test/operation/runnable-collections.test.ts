import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { v7 as uuid } from 'uuid';
import { createElement } from '../../operations/create-element';
import { readNewElement } from '../../operations/documents/read-body';
import { newestVersion } from '../../store/queries/workspaces';
import { openTestStore, type TestStore } from '../support/database';
import { runByNewman } from '../support/newman';
import { byPerson, worldOf } from '../support/world';

describe('a stored collection, run by newman (SHARE-8)', () => {
  let store: TestStore;
  let echo: Server;
  let baseUrl: string;

  beforeAll(async () => {
    store = await openTestStore();
    echo = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { url: path, headers } = request;
        const body = Buffer.concat(chunks).toString();
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ path, token: headers.authorization ?? null, body }));
      });
    });
    await new Promise<void>((done) => echo.listen(0, '127.0.0.1', done));
    baseUrl = `http://127.0.0.1:${(echo.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    await new Promise((done) => echo.close(done));
    await store.close();
  });

  it('sends its requests and passes its own tests', async () => {
    const world = worldOf(store);
    const team = await world.team();
    const person = await world.member(team.id, ['developer']);
    const workspace = await world.workspace(team.id, 'team');
    await world.workspaceRole(workspace, person.id, 'editor');
    const text = readFileSync(
      join(__dirname, '../fixtures/documents/orders-v2.1.postman_collection.json'),
      'utf8',
    );
    const { element } = await createElement(store, byPerson(person.id), {
      ...{ id: uuid(), workspaceId: workspace.id, teamId: team.id },
      ...readNewElement(Buffer.from(`{"type":"collection","content":${text}}`)),
    });
    const { content } = await store.inTeam(team.id, (tx) => newestVersion(tx, element));
    const { executions, failures, stats } = await runByNewman(JSON.parse(content) as object, { baseUrl });
    expect(failures.map((failure) => failure.error.message)).toEqual([]);
    expect(stats.assertions).toMatchObject({ total: 3, failed: 0 });
    expect(executions.map((execution) => execution.item.name)).toEqual([
      'List orders',
      'Create an order',
      'Just a URL',
    ]);
  });
});
