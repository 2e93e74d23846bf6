import { readdirSync, readFileSync } from 'node:fs';
import { Client } from 'pg';
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

/** What a process is, by a part of its command line. */
const PARTS: readonly (readonly [string, string])[] = [
  ['temporal', '--config-file'],
  ['bare api', 'bench/invite/bare/api.ts'],
  ['bare worker', 'bench/invite/bare/worker.ts'],
  ['product api', 'api/main.ts'],
  ['product worker', 'workers/main.ts'],
  ['postgres', 'postgres'],
];
/** `sysconf(_SC_CLK_TCK)`: 100 on every Linux that Node runs on. */
const MS_A_TICK = 10;

/** Reads all counters as they are now. */
export async function counters({ databases, sink }: Servers): Promise<Counters> {
  const [product, bare] = [await statistics(databases.product), await statistics(databases.bare)];
  return {
    rowsWritten: { product: product.rows, bare: bare.rows },
    transactions: { product: product.transactions, bare: bare.transactions },
    mails: sink.count(),
    cpuMs: processorTimes(),
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

/** Of this process's children and their children. */
function processorTimes(): Record<string, number> {
  const times: Record<string, number> = {
    driver: (process.cpuUsage().user + process.cpuUsage().system) / 1_000,
  };
  let pids: string[];
  try {
    pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return {};
  }
  const stats = new Map<string, { parent: string; ms: number }>();
  for (const pid of pids) {
    try {
      // proc(5): after the name, which may hold anything, 4 is the parent, 14 and 15 the ticks in user and system mode, 16 and 17 those of ended children.
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ');
      const ticks = [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0);
      stats.set(pid, { parent: fields[1] ?? '', ms: ticks * MS_A_TICK });
    } catch {
      // It ended meanwhile.
    }
  }
  const isOurs = (pid: string): boolean => {
    const parent = stats.get(pid)?.parent;
    return parent !== undefined && (parent === String(process.pid) || isOurs(parent));
  };
  for (const [pid, { ms }] of stats) {
    if (!isOurs(pid)) continue;
    const part = partOf(pid);
    if (part !== null) times[part] = (times[part] ?? 0) + ms;
  }
  return times;
}

function partOf(pid: string): string | null {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    // The shell that a process is tethered by has its command line, too.
    if (command.startsWith('sh ')) return null;
    return PARTS.find(([, mark]) => command.includes(mark))?.[0] ?? null;
  } catch {
    return null;
  }
}
