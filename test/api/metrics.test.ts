import { v7 as uuid } from 'uuid';
import { createAccessKey } from '../../operations/create-access-key';
import { settleGuests } from '../../operations/settle-guests';
import { eventually } from '../../embedded/tour/eventually';
import { asOwner } from '../support/database';
import { manyGuests } from '../support/many-guests';
import { metricsOf } from '../support/metrics';
import { decideAs, requestOf, sharingWorld, shareWith, type SharingWorld } from '../support/sharing-world';
import { startWholeApi, type WholeApi } from '../support/whole-api';
import { byPerson, worldOf } from '../support/world';

const DAY = 86_400_000;
const MINUTE = 60_000;

describe('GET /metrics', () => {
  let api: WholeApi;
  let world: SharingWorld;
  beforeAll(async () => {
    api = await startWholeApi({ RATE_MISS: '5', RATE_KEY: '3' });
    world = await sharingWorld(api.store, { policy: { removalCap: 10_000 } });
  });
  afterAll(() => api.close());
  const ago = (ms: number) => new Date(api.store.clock.now().getTime() - ms);

  /** A request that was made this long ago. */
  async function requested(ms: number): Promise<string> {
    const email = `partner-${uuid()}@outside.test`;
    return requestOf(await shareWith(api.store, world, { email }, { asOf: ago(ms) }));
  }
  /** A key that has been idle for as long. */
  async function key(idleMs: number, elementId = world.element.id): Promise<{ id: string; secret: string }> {
    const of = { id: uuid(), elementId, teamId: world.team.id, name: null };
    const { secret } = await createAccessKey(api.store, byPerson(world.sharer.id, ago(idleMs)), of);
    return { id: of.id, secret: secret ?? '' };
  }

  it('counts reads by access key by what they came to, and tells no miss from another that its reader cannot (OPS-5, KEY-3)', async () => {
    const other = await worldOf(api.store).element(world.workspace);
    const [good, over, elsewhere] = [await key(0), await key(60 * DAY), await key(0, other.id)];
    const read = (query: string, headers: Record<string, string> = {}) =>
      fetch(`${api.url}/collections/${world.element.id}${query}`, { headers });
    const by = (secret: string) => `?access_key=${secret}`;
    await read(by(good.secret));
    await read(by(good.secret));
    await read(by(good.secret), { 'If-None-Match': '"1"' });
    expect((await read(by(good.secret))).status).toBe(429);
    await read('');
    await read(by(`${good.secret.slice(0, -1)}-`));
    for (const { secret } of [over, elsewhere]) expect((await read(by(secret))).status).toBe(401);
    await read('');
    expect((await read('')).status).toBe(429);
    const found = await metricsOf(api.url);
    const reads = [...found].filter(([name]) => name.startsWith('doorlist_key_reads_total'));
    expect(Object.fromEntries(reads.map(([name, times]) => [/"(.*)"/.exec(name)?.[1], times]))).toEqual({
      ...{ served: 2, not_modified: 1, no_key: 2, mistyped_key: 1, unknown_key: 2, throttled: 2, failed: 0 },
    });
  });

  it('tells how the queue, cascades, keys and runs of all teams stand, from their rows (OPS-5)', async () => {
    const { store } = api;
    const before = await metricsOf(api.url);
    expect(before.get('doorlist_queue_age_seconds')).toBe(0);
    expect(before.has('doorlist_time_to_decision_seconds{quantile="0.5"}')).toBe(false);
    const keysBefore = before.get('doorlist_access_keys_live') ?? NaN;

    await requested(120 * MINUTE);
    await requested(60 * MINUTE);
    for (const took of [10, 20, 600]) {
      const by = { userId: world.admin.id, teamId: world.team.id, asOf: store.clock.now() };
      const approvalId = await requested(took * MINUTE);
      await decideAs(store, api.processes, { ...by, approvalId }, { verdict: 'deny', reason: 'no' });
    }
    await key(0);
    await key(60 * DAY + MINUTE);
    const crowded = await worldOf(store).element(world.workspace);
    await manyGuests(store, world.team.id, [crowded.id], 1_200);
    const admin = await api.person(world.admin.id);
    await worldOf(store).elementRole(crowded, world.admin.id, 'editor');
    const { status, body } = await admin('DELETE', `/v1/elements/${crowded.id}`);
    expect(status).toBe(202);
    const { id: operationId } = body['operation'] as { id: string };
    await settleGuests(store, { operationId, teamId: world.team.id, asOf: store.clock.now() });
    await asOwner(
      store.databaseUrl,
      `insert into ${store.schema}.slack_inbox (key, kind, body, received_at, attempts, next_try_at)
       values ('one', 'action', '{}', $1, 1, $1)`,
      [ago(MINUTE)],
    );

    // A look at the rows is remembered for some seconds.
    const found = await eventually('the next look', async () => {
      const now = await metricsOf(api.url);
      return now.get('doorlist_pending_requests') === 2 ? now : null;
    });
    const of = (name: string) => found.get(`doorlist_${name}`) ?? NaN;
    // What stands before and behind the point is the time that this test takes.
    const isAbout = (name: string, seconds: number) => {
      expect(of(name)).toBeGreaterThanOrEqual(seconds - 1);
      expect(of(name)).toBeLessThan(seconds + 60);
    };
    isAbout('queue_age_seconds', 7_200);
    isAbout('time_to_decision_seconds{quantile="0.5"}', 1_200);
    isAbout('time_to_decision_seconds{quantile="0.99"}', 35_304);
    isAbout('slack_inbox_age_seconds', 60);
    expect(of('access_keys_live')).toBe(keysBefore + 2);
    expect(of('access_keys_due')).toBe((before.get('doorlist_access_keys_due') ?? NaN) + 1);
    expect(of('cascades_running')).toBe(1);
    expect([of('cascade_guests{state="settled"}'), of('cascade_guests{state="open"}')]).toEqual([1_000, 200]);
    // Nobody started runs for five shares and the five requests that they made.
    expect(of('runs_unstarted')).toBe(10);
    expect([of('database_up'), of('clock_far_off')]).toEqual([1, 0]);
    expect(Math.abs(of('clock_offset_seconds'))).toBeLessThan(5);
  });

  it('names nobody and nothing: no figure has an id, an address or a name (OPS-5)', async () => {
    const response = await fetch(`${api.url}/metrics`);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const text = await response.text();
    const labels = [...text.matchAll(/\{(.*?)\}/g)].flatMap(([, all = '']) => all.split(','));
    expect(new Set(labels.map((label) => label.split('=')[0]))).toEqual(
      new Set(['outcome', 'quantile', 'state']),
    );
    for (const said of [world.team.id, world.team.slug, world.element.name, '@', 'dlk_']) {
      expect(text).not.toContain(said);
    }
  });
});

it('GET /metrics is for whoever has the token where one is set (OPS-5)', async () => {
  const api = await startWholeApi({ METRICS_TOKEN: 'a-token-of-the-scraper' });
  try {
    for (const headers of [{}, { authorization: 'Bearer another' }]) {
      const answer = await fetch(`${api.url}/metrics`, { headers });
      expect([answer.status, await answer.text()]).toEqual([401, expect.not.stringContaining('doorlist_')]);
    }
    const found = await metricsOf(api.url, {
      headers: { authorization: 'Bearer a-token-of-the-scraper' },
    });
    expect(found.get('doorlist_database_up')).toBe(1);
  } finally {
    await api.close();
  }
});
