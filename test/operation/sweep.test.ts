import { randomBytes } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { makeLoginLink } from '../../operations/sign-in';
import { IdempotencyKey, LoginLink } from '../../store/models';
import { sweep } from '../../workers/sweep';
import { openTestStore, type TestStore } from '../support/database';

const DAY_MS = 86_400_000;

describe('the sweep', () => {
  let store: TestStore;

  beforeAll(async () => {
    store = await openTestStore();
  });
  afterAll(() => store.close());

  it('deletes Idempotency-Keys and sign-in links a day after their time, and no younger ones (OPS-8)', async () => {
    const now = store.clock.now().getTime();
    const key = (ageMs: number) => ({
      scope: 'operator',
      key: uuid(),
      requestHash: 'hash',
      madeId: uuid(),
      lockedUntil: new Date(now),
      createdAt: new Date(now - ageMs),
    });
    const [old, young] = [key(DAY_MS + 1_000), key(DAY_MS - 60_000)];
    await IdempotencyKey.query(store.knex).insert([old, young]);
    await makeLoginLink(store, { email: 'ada@northwind.example', returnTo: null });
    await LoginLink.query(store.knex).insert({
      hash: randomBytes(32),
      email: 'ben@northwind.example',
      returnTo: null,
      createdAt: new Date(now - DAY_MS - 960_000),
      expiresAt: new Date(now - DAY_MS - 60_000),
    });
    expect(await sweep(store)).toBe(2);
    expect(await IdempotencyKey.query(store.knex)).toEqual([expect.objectContaining({ key: young.key })]);
    expect(await LoginLink.query(store.knex)).toEqual([
      expect.objectContaining({ email: 'ada@northwind.example' }),
    ]);
    expect(await sweep(store)).toBe(0);
  });
});
