import { randomUUID } from 'node:crypto';
import { Pool, type PoolClient } from 'pg';

/** How many rows one step writes anew, and how many it changes: as many as the product's step of the same name. */
export interface Writes {
  readonly inserts: number;
  readonly updates: number;
}

/** What the product writes at each step; the bench holds both sides' sums beside each other. */
export const WRITES = {
  share: { inserts: 8, updates: 2 },
  started: { inserts: 0, updates: 1 },
  ask: { inserts: 1, updates: 1 },
  attempt: { inserts: 2, updates: 1 },
  decide: { inserts: 5, updates: 3 },
  send: { inserts: 4, updates: 3 },
  tellApproved: { inserts: 2, updates: 1 },
  accepting: { inserts: 1, updates: 1 },
  accept: { inserts: 7, updates: 2 },
  tellAccepted: { inserts: 4, updates: 2 },
} as const satisfies Readonly<Record<string, Writes>>;

/** The rows of the bare flow: no rules, no model, no rights, just SQL in one transaction a step. */
export interface Rows {
  write(flow: string, step: keyof typeof WRITES): Promise<void>;
  /** Reads where a flow stands. */
  read(flow: string): Promise<string | null>;
  keepLink(token: string, flow: string): Promise<void>;
  flowOf(token: string): Promise<string | null>;
  close(): Promise<void>;
}

/** About what a row of the product's audit log or timeline holds. */
const BODY = JSON.stringify({ role: 'viewer', note: 'x'.repeat(160) });

/** Prepared once for each connection, as the product's are. */
const INSERT = {
  name: 'insert',
  text: 'insert into rows (id, flow, state, body, at) values ($1, $2, $3, $4, $5)',
};
const SOME = { name: 'some', text: 'select id from rows where flow = $1 limit $2' };
const UPDATE = { name: 'update', text: 'update rows set state = $2, at = $3 where id = $1' };
const LATEST = { name: 'latest', text: 'select state from rows where flow = $1 order by at desc limit 1' };

/** Opens a pool. */
export function openRows(connectionString: string): Rows {
  const pool = new Pool({ connectionString, max: 20 });
  pool.on('error', () => undefined);
  return {
    write: (flow, step) =>
      inTransaction(pool, async (client) => {
        const { inserts, updates } = WRITES[step];
        const ids = Array.from({ length: inserts }, () => randomUUID());
        for (const id of ids) {
          // The product's rows are of as many tables: each takes a statement.
          const values = [id, flow, step, BODY, new Date()];
          await client.query({ ...INSERT, values });
        }
        const known = await client.query<{ id: string }>({ ...SOME, values: [flow, updates] });
        for (const { id } of known.rows) await client.query({ ...UPDATE, values: [id, step, new Date()] });
      }),
    read: async (flow) => {
      const { rows } = await pool.query<{ state: string }>({ ...LATEST, values: [flow] });
      return rows[0]?.state ?? null;
    },
    keepLink: async (token, flow) => {
      await pool.query('insert into links (token, flow) values ($1, $2)', [token, flow]);
    },
    flowOf: async (token) => {
      const { rows } = await pool.query<{ flow: string }>('select flow from links where token = $1', [token]);
      return rows[0]?.flow ?? null;
    },
    close: () => pool.end(),
  };
}

async function inTransaction(pool: Pool, work: (client: PoolClient) => Promise<void>): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await work(client);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}
