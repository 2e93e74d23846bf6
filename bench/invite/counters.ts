import { Client } from 'pg';
import { partBy, processorTimes } from '../processor';
import type { Servers } from './servers';

/** What a flow cost, on average over a turn. */
export interface Counters {
  /** Rows written to the side's own tables, by the statistics of Postgres: each side has a database of its own. */
  readonly rowsWritten: { readonly product: number; readonly bare: number };
  readonly transactions: { readonly product: number; readonly bare: number };
  readonly mails: number;
  /** Milliseconds of processor by process; empty where there is no /proc. */
  readonly cpuMs: Readonly<Record<string, number>>;
}

const PARTS = partBy([
  ['temporal', '--config-file'],
  ['bare api', 'bench/invite/bare/api.ts'],
  ['bare worker', 'bench/invite/bare/worker.ts'],
  ['product api', 'api/main.ts'],
  ['product worker', 'workers/main.ts'],
  ['postgres', 'postgres'],
]);

/** Reads all counters as they are now. */
export async function counters({ databases, sink }: Servers): Promise<Counters> {
  const [product, bare] = [await statistics(databases.product), await statistics(databases.bare)];
  return {
    rowsWritten: { product: product.rows, bare: bare.rows },
    transactions: { product: product.transactions, bare: bare.transactions },
    mails: sink.count(),
    cpuMs: { driver: driverMs(), ...processorTimes(PARTS) },
  };
}

/** The difference of two readings, for each of so many flows. */
export function since(before: Counters, after: Counters, flows: number): Counters {
  const each = (one: number, other: number): number => Math.round(((other - one) / flows) * 10) / 10;
  const sides = (what: 'rowsWritten' | 'transactions') => ({
    product: each(before[what].product, after[what].product),
    bare: each(before[what].bare, after[what].bare),
  });
  return {
    rowsWritten: sides('rowsWritten'),
    transactions: sides('transactions'),
    mails: each(before.mails, after.mails),
    cpuMs: Object.fromEntries(
      Object.entries(after.cpuMs).map(([part, ms]) => [part, each(before.cpuMs[part] ?? 0, ms)]),
    ),
  };
}

async function statistics(connectionString: string): Promise<{ rows: number; transactions: number }> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    const { rows } = await client.query<{ rows: string; transactions: string }>(
      `select tup_inserted + tup_updated + tup_deleted as rows, xact_commit as transactions
         from pg_stat_database where datname = current_database()`,
    );
    return { rows: Number(rows[0]?.rows), transactions: Number(rows[0]?.transactions) };
  } finally {
    await client.end();
  }
}

function driverMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
