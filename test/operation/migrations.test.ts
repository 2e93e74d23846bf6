import { randomBytes } from 'node:crypto';
import { migrate } from '../../migrations/main';
import { asOwner, testDatabaseUrl } from '../support/database';

describe('migrations', () => {
  const url = testDatabaseUrl();
  const schema = `m_${randomBytes(6).toString('hex')}`;

  beforeAll(() => asOwner(url, `create schema ${schema}`));
  afterAll(() => asOwner(url, `drop schema ${schema} cascade`));

  /** Columns, constraints, indexes and policies, as text. */
  async function shape(): Promise<string[]> {
    const { rows } = await asOwner(
      url,
      `select format('%s.%s %s %s', table_name, column_name, data_type, is_nullable) as line
         from information_schema.columns where table_schema = $1 and table_name not like 'knex%'
       union all
       select format('%s: %s', conrelid::regclass, pg_get_constraintdef(oid)) from pg_constraint
        where connamespace = $1::regnamespace and conrelid::regclass::text not like '%knex%'
       union all
       select indexdef from pg_indexes where schemaname = $1 and tablename not like 'knex%'
       union all
       select format('%s %s %s', tablename, policyname, qual) from pg_policies where schemaname = $1
       order by 1`,
      [schema],
    );
    return rows.map((row: { line: string }) => row.line);
  }

  it('go up, back to nothing, and up to the same again', async () => {
    await migrate(url, 'up', [schema]);
    const first = await shape();
    expect(first.length).toBeGreaterThan(100);
    await migrate(url, 'down', [schema]);
    expect(await shape()).toEqual([]);
    await migrate(url, 'up', [schema]);
    expect(await shape()).toEqual(first);
  });

  it('change nothing when there is nothing new', async () => {
    const before = await shape();
    await migrate(url, 'up', [schema]);
    expect(await shape()).toEqual(before);
  });
});
