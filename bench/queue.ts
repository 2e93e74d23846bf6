import { mkdtempSync, rmSync, chmodSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
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
import { measure, type Measured, type Variant } from './measure';
import { surroundings, writeResult, type Row } from './results';
import { ratiosOf, spreadOf, verdictOf } from './verdict';

const OPERATOR_TOKEN = 'an-operator-token-of-some-length';
/** Whole, for the docs; short, for a look. */
const WHOLE = { small: 1_000, large: 100_000, rounds: 7, calls: 20 };
const SHORT = { small: 1_000, large: 10_000, rounds: 3, calls: 5 };
type Size = typeof WHOLE;
/** What a page is asked for: what waits for an Admin, what was denied, what is about one of many, and what about one alone. */
const FILTERS = ['for=me&state=pending', 'state=denied', 'q=partner-7', 'q=partner-500@'];
/** The page is as long in either team: what grows with the table has to disappear beside it. */
const GOAL = { is: 'at most', ratio: 1.25 } as const;

/**
 * The queue's page: a hundred requests of teams with a thousand and with a hundred thousand, filtered; beside it the same
 * rows by a bare query over bare HTTP.
 */
export async function queue(isShort = false): Promise<void> {
  const size = isShort ? SHORT : WHOLE;
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
    for (const count of [size.small, size.large]) {
      const { teamId, token } = await teamWith(count, url, postgres.url);
      const get = async (to: string, path: string) => {
        const response = await fetch(`${to}${path}`, { headers: { authorization: `Bearer ${token}` } });
        if (!response.ok) throw new Error(`${path}: ${response.status}`);
        await response.arrayBuffer();
      };
      variants.push({ name: nameOf(BARE, count), call: () => get(bareUrl, `/${teamId}`) });
      for (const filter of FILTERS) {
        const path = `/v1/approvals?teamId=${teamId}&limit=100&${filter}`;
        variants.push({ name: nameOf(filter, count), call: () => get(url, path) });
      }
    }
    const { rows: versions } = await pool.query<{ server_version: string }>('show server_version');
    const where = surroundings(versions[0]?.server_version ?? '');
    const measured = await measure(variants, size);
    const result = {
      ...{ name: 'queue', about: aboutOf(size), rounds: size.rounds },
      ...{ itself: spreadOf(measured.itself), rows: rowsOf(measured, size) },
    };
    writeResult(where, result, isShort);
  } finally {
    await Promise.all([finishServer(server, 1_000), finishServer(bare, 1_000)]);
    await pool.end();
    await api.close();
    await postgres.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

const BARE = 'bare';
const nameOf = (what: string, count: number): string => `${what}, of ${count.toLocaleString('en')}`;

function aboutOf({ small, large }: Size): string {
  return `A page of a hundred requests, as the queue shows it to a Team Admin, of a team with ${small.toLocaleString('en')} requests and of one
with ${large.toLocaleString('en')} in the same database, 200 of either's pending; \`bare\` is node:http with one statement that reads the
rows of a hundred pending ones and no more. The time is that of one call after the other.`;
}

/** The small team's pages beside the bare query, the large one's beside the small one's. */
function rowsOf({ times, itself }: Measured, { small, large }: Size): Row[] {
  const of = (what: string, count: number): readonly number[] => times.get(nameOf(what, count)) ?? [];
  const row = (what: string, count: number) => {
    return { what: nameOf(what, count), value: spreadOf(of(what, count)), unit: 'ms' };
  };
  const pages = FILTERS.flatMap((filter): Row[] => {
    const toBare = ratiosOf(of(filter, small), of(BARE, small));
    const grown = ratiosOf(of(filter, large), of(filter, small));
    return [
      { ...row(filter, small), ratio: { to: BARE, is: spreadOf(toBare) } },
      {
        ...row(filter, large),
        ratio: { to: `of ${small.toLocaleString('en')}`, is: spreadOf(grown) },
        ...{ goal: `≤ ${GOAL.ratio}×`, verdict: verdictOf(grown, GOAL, itself) },
      },
    ];
  });
  return [row(BARE, small), row(BARE, large), ...pages];
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
            select (jsonb_populate_record(g, jsonb_build_object('approval_id', many.id, 'id', gen_random_uuid()))).*
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
