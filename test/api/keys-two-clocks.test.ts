import { v7 as uuid } from 'uuid';
import { eventually } from '../../embedded/tour/eventually';
import { createAccessKey } from '../../operations/create-access-key';
import { createUserToken } from '../../operations/create-token';
import { AccessKey } from '../../store/models';
import { callerOf } from '../support/api-client';
import { startApiProcess, type ApiProcess } from '../support/api-process';
import { openTestStore, type TestStore } from '../support/database';
import { metricsOf } from '../support/metrics';
import { sharingWorld, type SharingWorld } from '../support/sharing-world';
import { byPerson } from '../support/world';

const INACTIVITY = 60 * 86_400_000;
const SHIFT = 90_000;
/** Well within what the clocks are off, and longer than a machine at its limits takes from here to the read. */
const SOON = 45_000;

describe('access keys in two API processes whose clocks are three minutes apart', () => {
  let store: TestStore;
  let world: SharingWorld;
  let fast: ApiProcess;
  let slow: ApiProcess;
  const started: ApiProcess[] = [];
  beforeAll(async () => {
    store = await openTestStore();
    world = await sharingWorld(store);
    for (const shift of [SHIFT, -SHIFT]) started.push(await startApiProcess(store, shift));
    [fast, slow] = started as [ApiProcess, ApiProcess];
  }, 150_000);
  afterAll(async () => {
    await Promise.all(started.map((api) => api.kill()));
    await store.close();
  });

  /** A key that ends so many ms from now by the database's clock, unless it is used. */
  async function endingIn(ms: number) {
    const id = uuid();
    const since = new Date(store.clock.now().getTime() + ms - INACTIVITY);
    const of = { id, elementId: world.element.id, teamId: world.team.id, name: null };
    const { secret } = await createAccessKey(store, byPerson(world.sharer.id, since), of);
    const read = async ({ url }: ApiProcess): Promise<number> =>
      (await fetch(`${url}/collections/${of.elementId}?access_key=${secret ?? ''}`)).status;
    const row = () => store.inTeam(of.teamId, (tx) => AccessKey.query(tx).findById(id).throwIfNotFound());
    return { id, read, row };
  }

  it('run on clocks that are really off, and say so in log and metrics (OPS-9)', async () => {
    for (const [api, shift] of [
      [fast, SHIFT],
      [slow, -SHIFT],
    ] as const) {
      const offset = Number(/"offsetMs":(-?\d+)/.exec(api.printed())?.[1]);
      expect(Math.abs(offset + shift)).toBeLessThan(5_000);
      const found = await metricsOf(api.url);
      expect(found.get('doorlist_clock_far_off')).toBe(1);
      expect(Math.abs((found.get('doorlist_clock_offset_seconds') ?? NaN) + shift / 1_000)).toBeLessThan(5);
    }
  });

  it('serve before their end and never after it in both, by the database’s time (KEY-3, KEY-4)', async () => {
    for (const api of [fast, slow]) {
      const [living, over] = [await endingIn(SOON), await endingIn(-1)];
      expect([await living.read(api), await over.read(api)]).toEqual([200, 401]);
      // A use is of the database's time too: it lengthens a life by as much as it should, and by no more.
      const used = (await living.row()).lastUsedAt?.getTime() ?? NaN;
      expect(Math.abs(store.clock.now().getTime() - used)).toBeLessThan(10_000);
      expect((await over.row()).lastUsedAt).toBeNull();
    }
  });

  it('end in both at one instant: the one serves until then, and neither from then on (KEY-4)', async () => {
    const key = await endingIn(1_500);
    const { idleSince } = await key.row();
    const end = idleSince.getTime() + INACTIVITY;
    await eventually('the end', () => Promise.resolve(store.clock.now().getTime() > end + 50 || null));
    expect(await Promise.all([key.read(fast), key.read(slow)])).toEqual([401, 401]);
    expect((await key.row()).idleSince).toEqual(idleSince);
  });

  it('that one of them revokes are served by neither from the answer on (KEY-5)', async () => {
    const cause = byPerson(world.sharer.id, store.clock.now());
    const given = { id: uuid(), name: 'test', expiresInMs: null, userId: world.sharer.id };
    const { secret } = await createUserToken(store, cause, given);
    for (const [one, other] of [
      [fast, slow],
      [slow, fast],
    ] as const) {
      const key = await endingIn(INACTIVITY);
      expect([await key.read(one), await key.read(other)]).toEqual([200, 200]);
      const revoked = new AbortController();
      // The other is asked all the time, so that it remembers the key freshly at the answer.
      const reading = (async (): Promise<number> => {
        for (;;) {
          const isLast = revoked.signal.aborted;
          const status = await key.read(other);
          if (isLast) return status;
        }
      })();
      const answer = await callerOf(one.url, secret ?? '')('DELETE', `/v1/access-keys/${key.id}`);
      revoked.abort();
      expect(answer.status).toBeLessThan(300);
      expect([await key.read(one), await key.read(other)]).toEqual([401, 401]);
      expect(await reading).toBe(401);
    }
  });

  it('keep a use that was written before a process is killed; the other serves on (KEY-4)', async () => {
    const key = await endingIn(INACTIVITY);
    expect(await key.read(fast)).toBe(200);
    const first = await eventually('the use is written', async () => (await key.row()).lastUsedAt);
    // It is gathered, and goes with the process: less than a minute is lost.
    expect(await key.read(fast)).toBe(200);
    const last = store.clock.now().getTime();
    await fast.kill();
    const kept = (await key.row()).lastUsedAt?.getTime() ?? NaN;
    expect(kept).toBeGreaterThanOrEqual(first.getTime());
    expect(last - kept).toBeLessThan(60_000);
    expect(await key.read(slow)).toBe(200);
  });
});
