import createKnex from 'knex';
import { migrationSource } from './source';

/** Where to migrate to: the newest step, or back to nothing (tests prove that the way back works). */
export type Direction = 'up' | 'down';

/**
 * Brings a database to the newest step, or takes everything back. Runs as the owner of the tables, which the serving
 * processes are not.
 */
export async function migrate(
  databaseUrl: string,
  direction: Direction = 'up',
  searchPath?: readonly string[],
): Promise<void> {
  const schema = searchPath?.[0];
  const knex = createKnex({
    client: 'pg',
    connection: databaseUrl,
    ...(searchPath === undefined ? {} : { searchPath }),
    pool: { min: 0, max: 2 },
    migrations: { migrationSource, ...(schema === undefined ? {} : { schemaName: schema }) },
  });
  try {
    if (direction === 'up') await knex.migrate.latest();
    else await knex.migrate.rollback(undefined, true);
  } finally {
    await knex.destroy();
  }
}
