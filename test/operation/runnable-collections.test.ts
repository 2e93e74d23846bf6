import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { v7 as uuid } from 'uuid';
import { createElement } from '../../operations/create-element';
import { readNewElement } from '../../operations/documents/read-body';
import { newestVersion } from '../../store/queries/workspaces';
import { openTestStore, type TestStore } from '../support/database';
import { startEchoServer, type EchoServer } from '../support/echo-server';
import { runByNewman } from '../support/newman';
import { byPerson, worldOf } from '../support/world';

describe('a stored collection, run by newman (SHARE-8)', () => {
  let store: TestStore;
  let echo: EchoServer;

  beforeAll(async () => {
    store = await openTestStore();
    echo = await startEchoServer();
  });
  afterAll(async () => {
    await echo.stop();
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
    const { executions, failures, stats } = await runByNewman(JSON.parse(content) as object, {
      baseUrl: echo.url,
    });
    expect(failures.map((failure) => failure.error.message)).toEqual([]);
    expect(stats.assertions).toMatchObject({ total: 3, failed: 0 });
    expect(executions.map((execution) => execution.item.name)).toEqual([
      'List orders',
      'Create an order',
      'Just a URL',
    ]);
  });
});
