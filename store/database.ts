import createKnex, { type Knex } from 'knex';
import { knexSnakeCaseMappers } from 'objection';
import { createClock, type Clock } from './clock';
import { isStale, prepared, type RawConnection } from './prepared';
import { createReader, type Reader } from './reader';
import { TenantClient, type TenantConfig } from './tenant-client';

/** The role that our connections take: it owns no table, so row-level security binds it. */
const APP_ROLE = 'doorlist_app';

/** A transaction with its tenant set. */
export type Tx = Knex.Transaction;

/** The database as everybody but the migrations sees it. */
export interface Store extends Pick<Reader, 'read'> {
  readonly knex: Knex;
  readonly clock: Clock;
  /**
   * The only way to write: one transaction that sees this team's rows and no other's. `null` is for what belongs to an
   * account outside teams. Order of locks: the team row where seats count, the request, the audit head last.
   */
  inTeam<T>(teamId: string | null, work: (tx: Tx) => PromiseLike<T>): Promise<T>;
  /** One transaction across teams, for what has no team yet: look-ups by id, a person's own lists, the outbox. */
  acrossTeams<T>(work: (tx: Tx) => PromiseLike<T>): Promise<T>;
  close(): Promise<void>;
}

/** How to open the store. */
export interface StoreOptions {
  readonly databaseUrl: string;
  readonly poolMax: number;
  /** Schemas to look in, for tests that share one database. */
  readonly searchPath?: readonly string[];
}

/** Opens the pool and measures this process's clock against the database's. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const statements = prepared();
  const afterCreate = (connection: RawConnection, done: (error: Error | null, it: RawConnection) => void) => {
    statements.watch(connection);
    takeRole(connection, done);
  };
  const knex = createKnex({
    client: TenantClient,
    connection: options.databaseUrl,
    // Conditions and orderings name columns as the models do; raw SQL is left as it is.
    ...knexSnakeCaseMappers(),
    ...(options.searchPath === undefined ? {} : { searchPath: options.searchPath }),
    // A request that waits this long for a connection is better told so than left hanging.
    acquireConnectionTimeout: 8_000,
    // What fails is thrown to whoever asked for it, who logs it with what it was for.
    log: { warn: ignored, error: ignored, debug: ignored, deprecate: ignored },
    pool: { min: 0, max: options.poolMax, afterCreate },
  });
  const clock = await createClock(knex);
  const reader = createReader(options.databaseUrl, APP_ROLE, options.searchPath);
  return {
    knex,
    clock,
    read: (statement) => reader.read(statement),
    inTeam: (teamId, work) => inTenant(knex, teamId ?? 'none', work),
    acrossTeams: (work) => inTenant(knex, 'all', work),
    close: async () => {
      clock.stop();
      await reader.close();
      await knex.destroy();
    },
  };
}

function ignored(): void {
  // Knex would write to the console.
}

async function inTenant<T>(knex: Knex, tenant: string, work: (tx: Tx) => PromiseLike<T>): Promise<T> {
  const config: TenantConfig = { tenant };
  const once = (): Promise<T> => knex.transaction(async (tx) => work(tx), config);
  try {
    return await once();
  } catch (error) {
    if (!isStale(error)) throw error;
    // Nothing of it was done, and the connections that it could meet now are new ones.
    return once();
  }
}

function takeRole(
  connection: RawConnection,
  done: (error: Error | null, connection: RawConnection) => void,
): void {
  // A statement that runs this long is stuck behind a lock; failing it frees the lock's queue.
  connection.query(`set role ${APP_ROLE}; set statement_timeout = '20s'`, (error) => done(error, connection));
}
