import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { KnexTimeoutError } from 'knex';
import { problemOf } from '../../api/problem';
import { openStore } from '../../store/database';
import { eventually } from '../../embedded/tour/eventually';
import { openTestStore, testDatabaseUrl } from '../support/database';
import { metricsOf } from '../support/metrics';
import { sharingWorld } from '../support/sharing-world';
import { startWholeApi, type WholeApi } from '../support/whole-api';

describe('around the API', () => {
  let api: WholeApi;
  beforeAll(async () => {
    api = await startWholeApi({ RATE_TOKEN: '5' });
  });
  afterAll(() => api.close());
  afterEach(() => jest.restoreAllMocks());

  it('counts the calls of each token, and says when to come back (OPS-8)', async () => {
    const { sharer } = await sharingWorld(api.store);
    const [one, other] = [await api.person(sharer.id), await api.person(sharer.id)];
    for (let left = 4; left >= 0; left -= 1) {
      const answer = await one('GET', '/v1/me');
      expect([answer.status, answer.headers.get('ratelimit-remaining')]).toEqual([200, String(left)]);
      expect(answer.headers.get('ratelimit-limit')).toBe('5');
    }
    const over = await one('GET', '/v1/me');
    expect([over.status, over.body['code']]).toEqual([429, 'rate_limited']);
    for (const header of ['retry-after', 'ratelimit-reset']) {
      expect(Number(over.headers.get(header))).toBeGreaterThan(0);
      expect(Number(over.headers.get(header))).toBeLessThanOrEqual(60);
    }
    expect(over.headers.get('ratelimit-remaining')).toBe('0');
    expect((await other('GET', '/v1/me')).status).toBe(200);
  });

  it('says that it lives, and which part is missing before it is ready', async () => {
    const look = async (path: string) => {
      const response = await fetch(api.url + path);
      return [response.status, await response.json()];
    };
    expect(await look('/healthz')).toEqual([200, { status: 'ok' }]);
    expect(await look('/readyz')).toEqual([200, { status: 'ready', missing: [] }]);
    jest.spyOn(api.processes, 'check').mockResolvedValue(false);
    expect(await look('/readyz')).toEqual([503, { status: 'not ready', missing: ['temporal'] }]);
  });

  it('sends the security headers with every answer', async () => {
    for (const path of ['/', '/v1/me', '/docs', '/nothing', '/healthz']) {
      const { headers } = await fetch(api.url + path);
      expect(headers.get('content-security-policy')).toContain("default-src 'self'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('SAMEORIGIN');
      expect(headers.get('x-powered-by')).toBeNull();
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it('serves the API’s page from itself, without inline scripts', async () => {
    const page = await (await fetch(`${api.url}/docs`)).text();
    const loaded = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, at]) => at ?? '');
    expect(loaded.length).toBeGreaterThan(2);
    for (const at of loaded) {
      expect(at).toMatch(/^\/docs\//);
      expect((await fetch(api.url + at)).status).toBe(200);
    }
    expect(page).not.toMatch(/<script>/);
  });

  it.each([
    Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }),
    Object.assign(new Error('terminating connection'), { code: '57P01' }),
    Object.assign(new Error('too many clients'), { code: '53300' }),
    new Error('Connection terminated unexpectedly'),
    new KnexTimeoutError('Timeout acquiring a connection'),
  ])('answers 503 with Retry-After while the database is away: $message', (error) => {
    expect(problemOf(error)).toMatchObject({
      status: 503,
      code: 'unavailable',
      headers: { 'Retry-After': '2' },
    });
  });

  it('shows nothing of any other fault', () => {
    const found = problemOf(new Error('password=hunter2'));
    expect(found).toMatchObject({ status: 500, code: 'internal' });
    expect(JSON.stringify(found)).not.toContain('hunter2');
  });
});

describe('while its database is away', () => {
  let database: Awaited<ReturnType<typeof cuttable>>;
  let api: WholeApi;
  beforeAll(async () => {
    database = await cuttable(testDatabaseUrl());
    api = await startWholeApi({}, async () => {
      const whole = await openTestStore();
      const { schema } = whole;
      const store = await openStore({ databaseUrl: database.url, poolMax: 2, searchPath: [schema] });
      const close = async () => {
        await store.close();
        await whole.close();
      };
      return { ...store, databaseUrl: database.url, schema, close };
    });
  });
  afterAll(async () => {
    await api.close();
    await database.close();
  });

  it('answers 503 to programs and a page to people, and serves on when it is back', async () => {
    const ask = () => api.as('dlu_any')('GET', '/v1/me');
    const ready = async () => {
      const response = await fetch(`${api.url}/readyz`);
      return [response.status, await response.json()];
    };
    database.cut();
    const answer = await ask();
    expect([answer.status, answer.body['code']]).toEqual([503, 'unavailable']);
    expect(answer.headers.get('retry-after')).toBe('2');
    expect(await ready()).toEqual([503, { status: 'not ready', missing: ['database'] }]);
    const page = await fetch(`${api.url}/auth/email/x`, { headers: { accept: 'text/html' } });
    expect([page.status, await page.text()]).toEqual([503, expect.stringContaining('<h1>')]);
    database.mend();
    expect(await ready()).toEqual([200, { status: 'ready', missing: [] }]);
  });

  it('measures itself all the same, and says that the database is away (OPS-5)', async () => {
    database.cut();
    const dark = await metricsOf(api.url);
    expect([dark.get('doorlist_database_up'), dark.has('doorlist_queue_age_seconds')]).toEqual([0, false]);
    expect(dark.get('doorlist_clock_far_off')).toBe(0);
    database.mend();
    const light = await eventually('the database', async () => {
      const found = await metricsOf(api.url);
      return found.get('doorlist_database_up') === 1 ? found : null;
    });
    expect(light.has('doorlist_queue_age_seconds')).toBe(true);
  }, 60_000);
});

/** A way to the database that a test can cut. */
async function cuttable(databaseUrl: string) {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((socket) => {
    if (isCut) {
      socket.destroy();
      return;
    }
    const onward = connect(Number(target.port), target.hostname);
    for (const end of [socket, onward]) {
      sockets.add(end);
      // Whichever side goes takes the other along.
      end.on('error', () => undefined).on('close', () => [socket, onward].forEach((each) => each.destroy()));
    }
    socket.pipe(onward).pipe(socket);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const cut = () => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: url.href,
    cut,
    mend: () => void (isCut = false),
    close: async () => {
      cut();
      await new Promise((done) => server.close(done));
    },
  };
}
