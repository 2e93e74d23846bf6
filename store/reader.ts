import { Pool, type ClientBase } from 'pg';

/** A statement that Postgres prepares once for each connection, by its name. */
export interface Statement {
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

/** Single prepared reads across teams, on connections of their own: no transaction, no query builder. */
export interface Reader {
  read<Row extends object>(statement: Statement): Promise<Row[]>;
  close(): Promise<void>;
}

/** A look-up takes under a millisecond: a handful keeps two cores of Postgres busy. */
const CONNECTIONS = 4;
/** A reader that waits this long for a connection is better told so than left hanging. */
const CONNECT_WITHIN_MS = 8_000;

/** Opens connections when they are first used. @param role the role to take, which row-level security binds */
export function createReader(
  databaseUrl: string,
  role: string,
  searchPath: readonly string[] | undefined,
): Reader {
  const schemas = searchPath?.map((schema) => `"${schema}"`).join(', ');
  const pool = new Pool({
    connectionString: databaseUrl,
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
    // The pool waits for what it returns, though its type says that it returns nothing.
    onConnect: (client: ClientBase): unknown => {
      const path = schemas === undefined ? '' : `; set search_path to ${schemas}`;
      // Five seconds: what takes longer than that hangs behind a lock or a dead disk.
      return client.query(
        `set role ${role}; set doorlist.tenant = 'all'; set statement_timeout = '5s'${path}`,
      );
    },
  });
  // One that broke while nobody used it is replaced at its next use, which hears of it if that fails, too.
  pool.on('error', () => undefined);
  return {
    read: async <Row extends object>({ name, text, values }: Statement) => {
      const { rows } = await pool.query<Row>({ name, text, values: [...values] });
      return rows;
    },
    close: () => pool.end(),
  };
}
