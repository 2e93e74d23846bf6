import { v7 as uuid } from 'uuid';
import { createGroup } from '../../operations/create-group';
import { setTeamSlack } from '../../operations/set-team-slack';
import type { Tx } from '../../store/database';
import { asOwner, openTestStore, type TestStore } from '../support/database';
import { shareWith, sharingWorld } from '../support/sharing-world';
import { byPerson, worldOf } from '../support/world';

interface Wall {
  readonly table: string;
  readonly column: string;
}

describe('the wall between teams (OPS-8)', () => {
  let store: TestStore;
  let walls: Wall[];
  let ours: string;
  let theirs: string;

  beforeAll(async () => {
    store = await openTestStore();
    const { rows } = await asOwner(
      store.databaseUrl,
      `select tablename as table, case tablename when 'teams' then 'id' else 'team_id' end as column
         from pg_policies where schemaname = $1 order by 1`,
      [store.schema],
    );
    walls = rows as Wall[];
    [ours, theirs] = [await fill(), await fill()];
  });
  afterAll(() => store.close());

  /** A team with a row in most tables. */
  async function fill(): Promise<string> {
    const world = worldOf(store);
    const team = await world.team();
    const admin = await world.member(team.id, ['super_admin']);
    const workspace = await world.workspace(team.id, 'private');
    await world.workspaceRole(workspace, admin.id, 'admin');
    await world.elementRole(await world.element(workspace), admin.id, 'editor');
    const cause = byPerson(admin.id);
    await createGroup(store, cause, { id: uuid(), teamId: team.id, name: 'Core', memberIds: [admin.id] });
    await setTeamSlack(store, cause, {
      ...{ teamId: team.id, slackTeamId: 'T1', approvalsChannel: 'C1' },
      ...{ announceChannel: null, decideByEmail: false },
    });
    return team.id;
  }

  async function count(tx: Tx, { table, column }: Wall, where: string, values: string[]): Promise<number> {
    const answer = await tx.raw<{ rows: { n: string }[] }>(
      `select count(*) as n from ${table} where ${where.replaceAll('$column', column)}`,
      values,
    );
    return Number(answer.rows[0]?.n);
  }

  it('stands around every table with a column for the team, but those of accounts and deliveries, and a view with its own', async () => {
    const { rows } = await asOwner(
      store.databaseUrl,
      `select table_name as table from information_schema.columns
        where table_schema = $1 and column_name = 'team_id' order by 1`,
      [store.schema],
    );
    const open = rows
      .map((row: { table: string }) => row.table)
      .filter((table) => !walls.some((wall) => wall.table === table));
    expect(open).toEqual(['deliveries', 'login_links', 'seen_approvals', 'tokens']);
  });

  it('shows raw SQL no row of another team, in any table', async () => {
    for (const wall of walls) {
      const seen = await store.inTeam(ours, (tx) => count(tx, wall, '$column is distinct from ?', [ours]));
      expect([wall.table, seen]).toEqual([wall.table, 0]);
    }
  });

  it('hides rows that are there', async () => {
    const filled = [
      'teams',
      'members',
      'groups',
      'workspaces',
      'elements',
      'element_versions',
      'audit_events',
    ];
    for (const wall of walls.filter(({ table }) => filled.includes(table))) {
      const ofTheirs = await store.inTeam(theirs, (tx) => count(tx, wall, '$column = ?', [theirs]));
      const fromOurs = await store.inTeam(ours, (tx) => count(tx, wall, '$column = ?', [theirs]));
      expect([wall.table, ofTheirs > 0, fromOurs]).toEqual([wall.table, true, 0]);
    }
  });

  it('shows nothing at all to a transaction that named no team', async () => {
    for (const wall of walls) {
      const seen = await store.knex.transaction((tx) => count(tx, wall, 'true', []));
      expect([wall.table, seen]).toEqual([wall.table, 0]);
    }
  });

  it('stands in the views that searches read', async () => {
    const world = worldOf(store);
    const counts = (tx: Tx) =>
      Promise.all(
        ['seen_approvals', 'seen_elements'].map((table) => count(tx, { table, column: 'id' }, 'true', [])),
      );
    const sharing = await sharingWorld(store, { seats: 10 });
    await shareWith(store, sharing, { email: 'zoe@partner.example' }, { asOf: store.clock.now() });
    expect(await store.inTeam(sharing.team.id, counts)).toEqual([1, 1]);
    const other = await world.team();
    expect(await store.inTeam(other.id, counts)).toEqual([0, 0]);
    expect(await store.knex.transaction(counts)).toEqual([0, 0]);
  });

  it('takes no row for another team', async () => {
    const write = store.inTeam(ours, (tx) =>
      tx.raw(`insert into groups (id, team_id, name, created_at) values (?, ?, 'Smuggled', now())`, [
        uuid(),
        theirs,
      ]),
    );
    await expect(write).rejects.toThrow(/row-level security/);
  });

  it('changes and deletes no row of another team', async () => {
    const touched = await store.inTeam(ours, async (tx) => {
      const update = await tx.raw<{ rowCount: number }>(
        `update members set roles = '{admin}' where team_id = ?`,
        [theirs],
      );
      const removal = await tx.raw<{ rowCount: number }>('delete from workspace_roles where team_id = ?', [
        theirs,
      ]);
      return update.rowCount + removal.rowCount;
    });
    expect(touched).toBe(0);
  });
});
