import { pino } from 'pino';
import { v7 as uuid } from 'uuid';
import { createKeyReads, type KeyReads } from '../../api/keys/key-reads';
import { createAccessKey } from '../../operations/create-access-key';
import { revokeAccessKey } from '../../operations/manage-access-key';
import { AccessKey } from '../../store/models';
import { keyOf } from '../../domain/access-key';
import { eventually } from '../../embedded/tour/eventually';
import { openTestStore, type TestStore } from '../support/database';
import { sharingWorld } from '../support/sharing-world';
import { byPerson } from '../support/world';

const DAY = 86_400_000;
const INACTIVITY = 60 * DAY;
const START = Date.parse('2026-01-01T00:00:00.000Z');
const log = pino({ level: 'silent' });

describe('processes that serve by access keys', () => {
  let store: TestStore;
  const open: KeyReads[] = [];
  beforeAll(async () => {
    store = await openTestStore();
  });
  afterAll(() => store.close());
  afterEach(async () => {
    await Promise.all(open.splice(0).map((reads) => reads.close()));
  });

  /** A process of its own: nothing in its memory, and the time that the test says. */
  function startProcess() {
    const clock = { at: START, queries: 0, database: Promise.resolve() };
    const reads = createKeyReads(
      {
        ...store,
        clock: { ...store.clock, now: () => new Date(clock.at) },
        read: async (statement) => {
          clock.queries += 1;
          await clock.database;
          return store.read(statement);
        },
      },
      log,
    );
    open.push(reads);
    const serve = async (key: string, elementId: string, at: number) => {
      clock.at = at;
      const found = await reads.find(key, elementId);
      return found !== null && (await reads.use(found));
    };
    return { reads, serve, clock };
  }
  async function made() {
    const world = await sharingWorld(store);
    const id = uuid();
    const key = { id, elementId: world.element.id, teamId: world.team.id, name: null };
    const { secret } = await createAccessKey(store, byPerson(world.sharer.id, new Date(START)), key);
    return {
      world,
      id,
      secret: secret ?? '',
      elementId: world.element.id,
      ref: { keyId: id, teamId: world.team.id },
    };
  }
  const row = ({ ref }: { ref: { keyId: string; teamId: string } }) =>
    store.inTeam(ref.teamId, (tx) => AccessKey.query(tx).findById(ref.keyId).throwIfNotFound());

  it.each([
    [-1, true],
    [0, false],
    [1, false],
  ])('serve a remembered key %i ms from its end: %s (KEY-4)', async (ms, serves) => {
    const key = await made();
    // Remembered from a look that counts no use: the key is idle since its creation.
    const { reads, serve } = startProcess();
    expect(await reads.find(key.secret, key.elementId)).not.toBeNull();
    expect(await serve(key.secret, key.elementId, START + INACTIVITY + ms)).toBe(serves);
    expect((await row(key)).lastUsedAt !== null).toBe(serves);
  });

  it('know of a use near the end that another process served, since it was committed before its answer (KEY-4)', async () => {
    const key = await made();
    const [one, other] = [startProcess(), startProcess()];
    expect(await other.reads.find(key.secret, key.elementId)).not.toBeNull();
    expect(await one.serve(key.secret, key.elementId, START + INACTIVITY - 1)).toBe(true);
    // The other remembers the key as it was, and its clock may be a little ahead.
    expect(await other.serve(key.secret, key.elementId, START + INACTIVITY + 5_000)).toBe(true);
  });

  it('lose no more than the uses of the last minute when killed (KEY-4)', async () => {
    const key = await made();
    const killed = startProcess();
    await killed.serve(key.secret, key.elementId, START + DAY);
    const reached = async (at: number): Promise<void> => {
      const end = Date.now() + 5_000;
      while ((await row(key)).lastUsedAt?.getTime() !== at && Date.now() < end) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      expect((await row(key)).lastUsedAt?.getTime()).toBe(at);
    };
    await reached(START + DAY);
    await killed.serve(key.secret, key.elementId, START + DAY + 30_000);
    // Nothing of it is written at its death: what is in the row is the use of half a minute before.
    expect((await row(key)).lastUsedAt?.getTime()).toBe(START + DAY);
    // One that ends in good order writes it.
    await killed.reads.close();
    expect((await row(key)).lastUsedAt?.getTime()).toBe(START + DAY + 30_000);
  });

  it('answer a warm key from memory for a second, and no ended or unknown one ever (KEY-5)', async () => {
    const key = await made();
    const { serve, clock } = startProcess();
    await serve(key.secret, key.elementId, START);
    await serve(key.secret, key.elementId, START);
    expect(clock.queries).toBe(1);
    const unknown = keyOf('z'.repeat(32));
    await serve(unknown, key.elementId, START);
    await serve(unknown, key.elementId, START);
    expect(clock.queries).toBe(3);
  });

  it('answer a warm key from memory while it is loaded anew, once and before the second is over (KEY-3, KEY-5)', async () => {
    const key = await made();
    let elapsed = 0;
    const watch = jest.spyOn(performance, 'now').mockImplementation(() => elapsed);
    try {
      const { serve, clock } = startProcess();
      const served = () => serve(key.secret, key.elementId, START);
      expect([await served(), clock.queries]).toEqual([true, 1]);
      elapsed = 700;
      expect([await served(), clock.queries]).toEqual([true, 1]);
      let answer = (): void => undefined;
      clock.database = new Promise((resolve) => (answer = resolve));
      elapsed = 999;
      // The database does not answer, and no read waits for it.
      expect([await served(), await served()]).toEqual([true, true]);
      await eventually('the look-up', () => Promise.resolve(clock.queries === 2 || null));
      await revokeAccessKey(store, byPerson(key.world.sharer.id, new Date(START)), key.ref);
      answer();
      await eventually('what it found', async () => ((await served()) ? null : true));
      expect(clock.queries).toBe(3);
    } finally {
      watch.mockRestore();
    }
  });

  it('look many readers’ keys up together, and each document once (KEY-3)', async () => {
    const keys = await Promise.all(Array.from({ length: 12 }, () => made()));
    const { reads, clock } = startProcess();
    const found = await Promise.all(keys.map((key) => reads.find(key.secret, key.elementId)));
    expect(found.map((one) => one?.keyId)).toEqual(keys.map(({ id }) => id));
    expect(clock.queries).toBeLessThan(4);
    // A key of another collection is found in the same statement, and opens nothing.
    const [one, other] = keys;
    expect(await startProcess().reads.find(one?.secret ?? '', other?.elementId ?? '')).toBeNull();
    expect(await reads.find(one?.secret ?? '', 'no id')).toBeNull();
  });

  it('serve a key that another process revoked for a second at most (KEY-5)', async () => {
    const key = await made();
    const { serve, reads } = startProcess();
    expect(await serve(key.secret, key.elementId, START)).toBe(true);
    await revokeAccessKey(store, byPerson(key.world.sharer.id, new Date(START)), key.ref);
    const revokedAt = performance.now();
    while (await serve(key.secret, key.elementId, START)) {
      expect(performance.now() - revokedAt).toBeLessThan(1_100);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    // Its own entry a process drops at once.
    const again = await made();
    const elsewhere = { id: again.id, secret: again.secret };
    expect(await serve(elsewhere.secret, again.elementId, START)).toBe(true);
    await revokeAccessKey(store, byPerson(again.world.sharer.id, new Date(START)), again.ref);
    reads.changed(elsewhere.id);
    expect(await serve(elsewhere.secret, again.elementId, START)).toBe(false);
  });
});
