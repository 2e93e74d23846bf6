import { v7 as uuid } from 'uuid';
import { accessKeyHash, makeAccessKey } from '../../operations/parts/access-key-secret';
import { endOverdueKeys } from '../../operations/parts/end-keys';
import { AccessKey } from '../../store/models';
import { touchKey } from '../../store/queries/key-uses';
import { openTestStore, type TestStore } from '../support/database';
import { sharingWorld } from '../support/sharing-world';

const INACTIVITY = 60 * 86_400_000;
const START = Date.parse('2026-01-01T00:00:00.000Z');
const KEYS = 10_000;
/** As many transactions at once as the pool has connections, but one, which ends keys. */
const AT_ONCE = 9;

describe('ten thousand keys that are used while they end', () => {
  let store: TestStore;
  beforeAll(async () => {
    store = await openTestStore();
  });
  afterAll(() => store.close());

  it('each either lives on or was not used: no used key ends (KEY-4)', async () => {
    const { team, element, sharer } = await sharingWorld(store);
    const created = new Date(START);
    const ids = Array.from({ length: KEYS }, () => uuid());
    for (let from = 0; from < KEYS; from += 1_000) {
      await store.inTeam(team.id, (tx) =>
        AccessKey.query(tx).insert(
          ids.slice(from, from + 1_000).map((id) => ({
            ...{ id, teamId: team.id, elementId: element.id, tail: 'abcd', createdBy: sharer.id },
            ...{ hash: accessKeyHash(makeAccessKey()), createdAt: created, idleSince: created },
          })),
        ),
      );
    }
    const used = new Map<string, boolean>();
    let isOver = false;
    // Keys end oldest first and are used from the other side, so that the two meet; then what is left ends.
    const open = [...ids].sort(() => Math.random() - 0.5);
    const use = async (): Promise<void> => {
      for (let id = open.pop(); id !== undefined; id = open.pop()) {
        const keyId = id;
        const at = new Date(START + INACTIVITY - 1);
        used.set(keyId, await store.inTeam(team.id, (tx) => touchKey(tx, keyId, at)));
      }
    };
    const end = async (): Promise<void> => {
      const asOf = new Date(START + INACTIVITY);
      while (!isOver)
        await store.inTeam(team.id, (tx) => endOverdueKeys(tx, { teamId: team.id, asOf, limit: 5 }));
    };
    const ending = end();
    await Promise.all(Array.from({ length: AT_ONCE }, use));
    isOver = true;
    await ending;
    const rows = await store.inTeam(team.id, (tx) => AccessKey.query(tx).where({ teamId: team.id }));
    expect(rows).toHaveLength(KEYS);
    const wrong = rows.filter((key) => (key.endedAt === null) !== used.get(key.id));
    expect(wrong).toEqual([]);
    // Both sides won some, else nothing raced.
    expect(new Set(used.values())).toEqual(new Set([true, false]));
  }, 120_000);
});
