/** The parts of knex's Postgres dialect that `tenant-client.ts` builds on; knex ships no types for them. */
declare module 'knex/lib/dialects/postgres/execution/pg-transaction' {
  import type { Knex } from 'knex';
  class Transaction {
    constructor(...args: [client: Knex.Client, ...Parameters<Knex.Client['transaction']>]);
    begin(connection: unknown): Promise<unknown>;
    query(connection: unknown, sql: string): Promise<unknown>;
  }
  export = Transaction;
}

declare module 'knex/lib/dialects/postgres' {
  import { Knex } from 'knex';
  class PostgresClient extends Knex.Client {}
  export = PostgresClient;
}
