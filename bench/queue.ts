import { mkdtempSync, rmSync, chmodSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Pool } from 'pg';
import { createApi } from '../api/server';
import { loadConfig } from '../config/env';
import { createLogger } from '../config/log';
import { finishServer } from '../config/http-process';
import { listen } from '../embedded/http';
import { startPostgres } from '../embedded/postgres';
import { createRest } from '../embedded/rest';
import { migrate } from '../migrations/main';
import { measure, type Variant } from './measure';

const OPERATOR_TOKEN = 'an-operator-token-of-some-length';
const SIZES = [1_000, 100_000];
/** What a page is asked for: what waits for an Admin, what was denied, and what a word finds. */
const FILTERS = ['for=me&state=pending', 'state=denied', 'q=partner-7'];

/**
 * The queue's page: a hundred requests of teams with a thousand and with a hundred thousand, filtered; beside it the same
 * rows by a bare query over bare HTTP.
 */
export async function queue(): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'doorlist-bench-'));
  chmodSync(home, 0o755);
  const postgres = await startPostgres({ home, fsync: false });
  await migrate(postgres.url);
  const config = loadConfig({
    PUBLIC_URL: 'http://127.0.0.1',
    DATABASE_URL: postgres.url,
    TEMPORAL_ADDRESS: '127.0.0.1:1',
    SMTP_URL: 'smtp://127.0.0.1:1',
    DOORLIST_SECRET: 's'.repeat(32),
    DOORLIST_OPERATOR_TOKEN: OPERATOR_TOKEN,
    LOG_LEVEL: 'silent',
    RATE_TOKEN: '0',
  });
  const api = await createApi(config, createLogger('bench', 'silent'));
  const server = createServer(api.app);
  const url = `http://127.0.0.1:${await listen(server, 0)}`;
  const pool = new Pool({ connectionString: postgres.url });
  pool.on('error', () => undefined);
  const bare = bareServer(pool);
  const bareUrl = `http://127.0.0.1:${await listen(bare, 0)}`;
  try {
    const variants: Variant[] = [];
    for (const size of SIZES) {
      const { teamId, token } = await teamWith(size, url, postgres.url);
      const get = async (to: string, path: string) => {
        const response = await fetch(`${to}${path}`, { headers: { authorization: `Bearer ${token}` } });
        if (!response.ok) throw new Error(`${path}: ${response.status}`);
        await response.arrayBuffer();
      };
      variants.push({ name: `bare ${size}`, call: () => get(bareUrl, `/${teamId}`) });
      for (const filter of FILTERS) {
        const path = `/v1/approvals?teamId=${teamId}&limit=100&${filter}`;
        variants.push({ name: `${filter} ${size}`, call: () => get(url, path) });
      }
    }
    const load = loadavg()[0] ?? NaN;
    const { medians, itself } = await measure(variants);
    const of = (name: string) => medians.get(name) ?? NaN;
    const [small = 0, large = 0] = SIZES;
    const spread = itself.map((ratio) => ratio.toFixed(2)).join(' to ');
    const lines = ['bare', ...FILTERS].map((name) => {
      const [one, other] = [of(`${name} ${small}`), of(`${name} ${large}`)];
      const toBare = (other / of(`bare ${large}`)).toFixed(1);
      return `${name.padEnd(22)} ${one.toFixed(1)} ms of ${small}, ${other.toFixed(1)} ms of ${large}: ${(other / one).toFixed(2)}x; ${toBare}x bare`;
    });
    process.stdout.write(
      `${lines.join('\n')}\nbare against itself ${spread}; load before ${load.toFixed(2)}\n`,
    );
  } finally {
    await Promise.all([finishServer(server, 1_000), finishServer(bare, 1_000)]);
    await pool.end();
    await api.close();
    await postgres.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

function bareServer(pool: Pool): Server {
  const sql = `select * from approvals where team_id = $1 and state = 'pending' order by id desc limit 100`;
  return createServer((request, response) => {
    pool.query(sql, [request.url?.slice(1)]).then(
      ({ rows }) => response.end(JSON.stringify(rows)),
      () => response.writeHead(500).end(),
    );
  });
}

/** A team with this many requests, 200 of them pending and spread among the others, and its Admin's token. */
async function teamWith(
  size: number,
  url: string,
  databaseUrl: string,
): Promise<{ teamId: string; token: string }> {
  const operator = createRest(url, OPERATOR_TOKEN);
  const team = await operator.post<{ id: string }>('/v1/teams', {
    ...{ name: `Team of ${size}`, slug: `team-${size}`, plan: 'enterprise', seats: 10, autoFlex: true },
  });
  const member = (name: string, role: string) =>
    operator.post<{ userId: string }>(`/v1/teams/${team.id}/members`, {
      ...{ email: `${name}-${size}@northwind.example`, name, roles: [role] },
    });
  const [admin, sharer] = [await member('Ada', 'super_admin'), await member('Ben', 'developer')];
  const tokenOf = async (userId: string) =>
    (await operator.post<{ token: string }>(`/v1/users/${userId}/tokens`, { name: 'bench' })).token;
  const ben = createRest(url, await tokenOf(sharer.userId));
  const workspace = await ben.post<{ id: string }>(`/v1/teams/${team.id}/workspaces`, {
    ...{ name: 'Storefront', visibility: 'team' },
  });
  const content = {
    info: {
      name: 'Orders',
      schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json',
    },
    item: [],
  };
  const element = await ben.post<{ id: string }>(`/v1/workspaces/${workspace.id}/elements`, {
    ...{ type: 'collection', content },
  });
  await ben.post(`/v1/elements/${element.id}/shares`, { recipients: [{ email: 'one@partner.example' }] });
  const database = new Client({ connectionString: databaseUrl });
  await database.connect();
  // Copies of the one real request, with its grant and its timeline.
  try {
    await database.query(
      `with many as (
            select n, (lpad(to_hex((extract(epoch from now()) * 1000)::bigint + n), 12, '0') || substr(md5(n::text || $1::text), 1, 20))::uuid as id
              from generate_series(1, $2::int - 1) n),
          made as (
            insert into approvals
            select (jsonb_populate_record(one, jsonb_build_object(
                     'id', many.id, 'email', 'partner-' || n || '@partner.example', 'workflow_started_at', now(),
                     'state', case when n % ($2::int / 200) = 0 then 'pending' else 'denied' end,
                     'decision', case when n % ($2::int / 200) = 0 then null else 'deny' end,
                     'decided_at', case when n % ($2::int / 200) = 0 then null else now() end,
                     'decided_via', case when n % ($2::int / 200) = 0 then null else 'api' end,
                     'decided_by', case when n % ($2::int / 200) = 0 then null else $3::uuid end))).*
              from approvals one, many where one.team_id = $1::uuid returning id),
          granted as (
            insert into approval_grants
            select (jsonb_populate_record(g, jsonb_build_object('approval_id', many.id))).*
              from approval_grants g, many where g.team_id = $1::uuid)
     insert into approval_events
     select (jsonb_populate_record(e, jsonb_build_object('approval_id', many.id, 'id', gen_random_uuid()))).*
       from approval_events e, many where e.team_id = $1::uuid`,
      [team.id, size, admin.userId],
    );
    await database.query('analyze');
  } finally {
    await database.end();
  }
  return { teamId: team.id, token: await tokenOf(admin.userId) };
}
