import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Call } from '../support/api-client';
import { startEchoServer, type EchoServer } from '../support/echo-server';
import { runByNewman } from '../support/newman';
import { startWholeApi, type WholeApi } from '../support/whole-api';
import { worldOf } from '../support/world';

const FOLDER = join(__dirname, '../fixtures/documents');
const COLLECTIONS = readdirSync(FOLDER).filter((name) => name.endsWith('.postman_collection.json'));

describe('collections of every form that people have', () => {
  let api: WholeApi;
  let echo: EchoServer;
  let teamId: string;
  let call: Call;

  beforeAll(async () => {
    api = await startWholeApi();
    echo = await startEchoServer();
    const world = worldOf(api.store);
    teamId = (await world.team()).id;
    call = await api.person((await world.member(teamId, ['developer'])).id);
  });
  afterAll(async () => {
    await echo.stop();
    await api.close();
  });

  it.each(COLLECTIONS)(
    '%s is run by newman from its public address and by its key (SHARE-7, KEY-3)',
    async (name) => {
      // Some name their target themselves, by a port that is not free here.
      const text = readFileSync(join(FOLDER, name), 'utf8').replaceAll('http://127.0.0.1/', `${echo.url}/`);
      const body = { name: 'Shop', visibility: 'public' };
      const workspace = await call('POST', `/v1/teams/${teamId}/workspaces`, { body });
      const raw = `{"type":"collection","content":${text.replace(/^\uFEFF/, '')}}`;
      const element = await call('POST', `/v1/workspaces/${String(workspace.body['id'])}/elements`, { raw });
      const id = String(element.body['id']);
      const key = await call('POST', `/v1/elements/${id}/access-keys`, { body: {} });
      for (const url of [`${api.url}/run/${id}/collection.json`, String(key.body['url'])]) {
        const { executions, failures } = await runByNewman(url, { baseUrl: echo.url });
        expect(failures.map((failure) => failure.error.message)).toEqual([]);
        expect(executions).toHaveLength(text.match(/"request":/g)?.length ?? 0);
      }
    },
    60_000,
  );
});
