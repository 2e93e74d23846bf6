/** A connection of `pg`, as far as statements go through it. */
export interface RawConnection {
  query(statement: string | Statement, done: (error: Error | null, result?: unknown) => void): unknown;
  /** Read by knex before it hands a connection out: one that is marked is replaced. */
  __knex__disposed?: unknown;
}

interface Statement {
  readonly text: string;
  readonly values?: readonly unknown[];
  readonly name?: string;
}

/** As many as all our code makes several times over; what comes after them, such as lists of odd lengths, goes unnamed. */
const MOST_NAMES = 500;
/** A page of rows in one statement: it comes in as many lengths as there are pages. */
const LONGEST_TEXT = 4_000;
/** SQLSTATE feature_not_supported, which Postgres gives a named statement whose table was changed. */
const NOT_SUPPORTED = '0A000';

/** Statements that Postgres parses and plans once for each connection, and after that knows by name. */
export interface Prepared {
  /** Has a new connection's statements named. */
  watch(connection: RawConnection): void;
}

/**
 * Most of what a short statement costs Postgres is parsing and planning it, row-level security included. A migration that
 * changes a table under a running process makes the names stale: then every connection is replaced, and the statement
 * that found out fails with an error that {@link isStale} knows.
 */
export function prepared(): Prepared {
  const names = new Map<string, string>();
  let stale = 0;
  const nameOf = (text: string): string | undefined => {
    const known = names.get(text);
    if (known !== undefined || text.length > LONGEST_TEXT || names.size >= MOST_NAMES) return known;
    const name = `doorlist-${names.size}`;
    names.set(text, name);
    return name;
  };
  return {
    watch: (connection) => {
      const begun = stale;
      let broken: unknown;
      Object.defineProperty(connection, '__knex__disposed', {
        get: () => broken ?? (stale === begun ? undefined : 'its statements are stale'),
        set: (cause: unknown) => (broken = cause),
      });
      const query = connection.query.bind(connection);
      connection.query = (statement, done) => {
        if (typeof statement === 'string' || (statement.values ?? []).length === 0)
          return query(statement, done);
        const name = nameOf(statement.text);
        return query(name === undefined ? statement : { ...statement, name }, (error, result) => {
          if (stale === begun && isStale(error)) stale += 1;
          done(error, result);
        });
      };
    },
  };
}

/** Whether a statement failed because its table was changed since it was prepared: the next try prepares it anew. */
export function isStale(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, nativeError } = error as Error & { readonly code?: unknown; readonly nativeError?: unknown };
  // Objection's errors carry Postgres's.
  if (nativeError !== undefined) return isStale(nativeError);
  return code === NOT_SUPPORTED && error.message.includes('cached plan');
}
