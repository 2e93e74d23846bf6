import type { Knex } from 'knex';
import PostgresClient from 'knex/lib/dialects/postgres';
import Transaction from 'knex/lib/dialects/postgres/execution/pg-transaction';
import { escapeLiteral } from 'pg';

/** A transaction's configuration with the tenant whose rows it sees. */
export interface TenantConfig extends Knex.TransactionConfig {
  readonly tenant?: string;
}

/** Sets the tenant in the round trip that begins: most transactions of ours are of a few statements. */
class TenantTransaction extends Transaction {
  private readonly tenant: string | undefined;

  constructor(...args: ConstructorParameters<typeof Transaction>) {
    super(...args);
    this.tenant = (args[2] as TenantConfig | undefined)?.tenant;
  }

  override begin(connection: unknown): Promise<unknown> {
    if (this.tenant === undefined) return super.begin(connection);
    const tenant = escapeLiteral(this.tenant);
    return this.query(connection, `begin; select set_config('doorlist.tenant', ${tenant}, true)`);
  }
}

/** Knex's Postgres dialect, whose transactions take a {@link TenantConfig}. */
export class TenantClient extends PostgresClient {
  override transaction(...args: Parameters<Knex.Client['transaction']>): Knex.Transaction {
    return new TenantTransaction(this, ...args) as unknown as Knex.Transaction;
  }
}
