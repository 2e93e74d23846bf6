import { Team } from '../../store/models';
import { asOwner, openTestStore, type TestStore } from '../support/database';

describe('prepared statements', () => {
  let store: TestStore;

  beforeAll(async () => {
    store = await openTestStore();
  });
  afterAll(() => store.close());

  /** Long enough for all to be open at once, so that each has a connection of its own. */
  const atOnce = (count: number) =>
    Promise.all(
      Array.from({ length: count }, () =>
        store.acrossTeams(async (tx) => {
          const teams = await Team.query(tx).where({ slug: 'nobody' });
          await tx.raw('select pg_sleep(0.1)');
          return teams;
        }),
      ),
    );

  it('are planned once for a connection, row-level security included (OPS-2)', async () => {
    const names = await store.acrossTeams(async (tx) => {
      for (const slug of ['one', 'two', 'three']) await Team.query(tx).where({ slug });
      const { rows } = await tx.raw<{ rows: { statement: string }[] }>(
        `select statement from pg_prepared_statements where statement like '%"slug" = $1%'`,
      );
      return rows;
    });
    expect(names).toHaveLength(1);
  });

  it('are made anew when a migration changes a table under a running process (OPS-2)', async () => {
    await atOnce(8);
    await asOwner(store.databaseUrl, `alter table ${store.schema}.teams add column later text`);
    const again = await atOnce(8);
    expect(again).toEqual(Array.from({ length: 8 }, () => []));
  });
});
