import { createRest, type Rest } from '../../embedded/rest';
import { eventually } from '../../embedded/tour/eventually';
import { keyOf } from '../../domain/access-key';
import { filesWith, inDatabase, inTemporal, mailsWith, rowsWith, runsWith } from '../support/everywhere';
import { newCopy, type RunningCopy } from '../support/running-copy';

/** The collection's name, which stands where the key must not: what is searched would find it. */
const NAME = 'Orders-of-the-raw-search';
const MINUTE = 60_000;
/** For a busy machine to write what has become due. */
const SOON = 5_000;
const KEYS_A_TEAM = 100;
/** But for shares, whose runs end by themselves. */
const OPEN = 'ExecutionStatus = "Running" and WorkflowType != "share"';

interface Made {
  readonly id: string;
  readonly key: string;
}

interface Team {
  readonly teamId: string;
  readonly elementId: string;
  /** Its Super Admin. */
  readonly rest: Rest;
  readonly token: string;
}

describe('access keys in a whole copy that is killed', () => {
  let copy: RunningCopy;
  let teams: readonly [Team, Team];
  beforeAll(async () => {
    copy = await newCopy({ DOORLIST_SEED: 'off', LOG_LEVEL: 'debug' });
    await copy.start();
    const { publicUrl, operatorToken } = copy.places();
    const operator = createRest(publicUrl, operatorToken);
    teams = [
      await makeTeam(operator, publicUrl, 'northwind'),
      await makeTeam(operator, publicUrl, 'southwind'),
    ];
  }, 120_000);
  afterAll(() => copy.discard());

  const make = ({ rest, elementId }: Team, name: string, idempotencyKey?: string): Promise<Made> =>
    rest.post<Made>(`/v1/elements/${elementId}/access-keys`, { name }, idempotencyKey);
  const read = (key: string, { elementId }: Team): Promise<Response> =>
    fetch(`${copy.places().publicUrl}/collections/${elementId}?access_key=${key}`);
  const lastUse = async ({ rest, teamId }: Team, id: string): Promise<number | null> => {
    const { data } = await rest.get<{ data: { id: string; lastUsedAt: string | null }[] }>(
      `/v1/access-keys?teamId=${teamId}&state=active&limit=100`,
    );
    const at = data.find((one) => one.id === id)?.lastUsedAt ?? null;
    return at === null ? null : Date.parse(at);
  };

  it('are carried by one run a team, two hundred of two teams by two (KEY-4)', async () => {
    for (const team of teams) {
      for (let made = 0; made < KEYS_A_TEAM; made += 10) {
        await Promise.all(Array.from({ length: 10 }, (_, nth) => make(team, `CI ${made + nth}`)));
      }
    }
    // Visibility comes late, and in order: once it shows the runs of a later share, it shows all that began before.
    const [{ rest, elementId }] = teams;
    const share = await rest.post<{ id: string; recipients: { inviteId: string }[] }>(
      `/v1/elements/${elementId}/shares`,
      { recipients: [{ email: 'lea@partner.example' }] },
    );
    const invite = `invite:${share.recipients[0]?.inviteId ?? ''}`;
    await inTemporal(copy.temporalAddress(), async ({ workflow }) => {
      const open = async (): Promise<string[]> => {
        const ids: string[] = [];
        for await (const { workflowId } of workflow.list({ query: OPEN })) ids.push(workflowId);
        return ids.sort();
      };
      await eventually('the invitation’s run', async () => ((await open()).includes(invite) ? true : null));
      expect(await open()).toEqual([invite, ...teams.map(({ teamId }) => `keyring:${teamId}`)].sort());
      const { count } = await workflow.count(OPEN);
      expect(count).toBe(1 + teams.length);
    });
  }, 180_000);

  it('stand in no file, log line, history, message or row, and lose the last minute’s uses at most (KEY-1, KEY-4)', async () => {
    const [team] = teams;
    const { publicUrl, mailUrl } = copy.places();
    // Its first use is written at once; the next one is gathered, and is due a minute later.
    const gathered = await make(team, 'gathered');
    expect((await read(gathered.key, team)).status).toBe(200);
    await eventually('the first use is written', () => lastUse(team, gathered.id));
    const second = Date.now();
    expect((await read(gathered.key, team)).status).toBe(200);

    const made = await make(team, 'CI', 'once');
    const revoked = await make(team, 'to be revoked');
    const mistyped = made.key.slice(0, -1);
    expect((await read(made.key, team)).status).toBe(200);
    expect((await read(mistyped, team)).status).toBe(401);
    const byHeader = { headers: { 'X-Access-Key': made.key } };
    expect((await fetch(`${publicUrl}/collections/${team.elementId}`, byHeader)).status).toBe(200);
    await make(team, 'CI', 'once');
    await team.rest.post(`/v1/access-keys/${made.id}/keep`, {});
    await fetch(`${publicUrl}/v1/access-keys/${revoked.id}`, {
      ...{ method: 'DELETE', headers: { authorization: `Bearer ${team.token}` } },
    });
    // A key in the wrong place: a page, a body and a path that are logged.
    await fetch(`${publicUrl}/e/${team.elementId}?access_key=${made.key}`, { redirect: 'manual' });
    await eventually('the invitation’s mail', async () =>
      (await mailsWith(mailUrl, [NAME])).length > 0 ? true : null,
    );
    const rest = second + MINUTE + SOON - Date.now();
    await new Promise((done) => setTimeout(done, rest));
    // These fall into the last minute.
    expect((await read(gathered.key, team)).status).toBe(200);
    expect((await read(made.key, team)).status).toBe(200);
    const last = Date.now();
    await copy.kill();

    const keys = [made.key, revoked.key, mistyped, gathered.key];
    expect(filesWith(copy.home, keys)).toEqual([]);
    expect(filesWith(copy.home, [NAME]).length).toBeGreaterThan(0);
    expect(copy.printed()).toContain(`/collections/${team.elementId}`);
    for (const key of keys) expect(copy.printed()).not.toContain(key);

    await copy.start();
    const kept = (await lastUse(team, gathered.id)) ?? NaN;
    expect(kept).toBeGreaterThanOrEqual(second);
    expect(kept).toBeLessThanOrEqual(last);
    expect((await read(made.key, team)).status).toBe(200);
    expect((await read(revoked.key, team)).status).toBe(401);

    // Long values are compressed in files, and mails are encoded: what holds them is asked as well.
    const url = copy.databaseUrl();
    expect(await rowsWith(url, keys)).toEqual([]);
    expect(await rowsWith(url, [NAME])).toContain('doorlist: public.elements');
    expect(await runsWith(copy.temporalAddress(), keys)).toEqual([]);
    expect(await runsWith(copy.temporalAddress(), [team.teamId])).toContain(`keyring:${team.teamId}`);
    expect(await mailsWith(copy.places().mailUrl, keys)).toEqual([]);
    expect((await mailsWith(copy.places().mailUrl, [NAME])).length).toBeGreaterThan(0);
    // The search itself: a key that is planted deep in a long value is found, also where it is packed once more.
    const planted = keyOf('planted0'.repeat(4));
    for (const [table, value] of [
      ['as_it_is', planted],
      ['as_base64', Buffer.from(`{"key":"${planted}"}`).toString('base64')],
    ] as const) {
      await inDatabase(url, 'postgres', async (client) => {
        await client.query(`create table ${table} (it jsonb)`);
        await client.query(
          `insert into ${table} select jsonb_build_object('pad', repeat('Orders ', 1000), 'key', $1::text)`,
          [value],
        );
      });
      expect(await rowsWith(url, [planted])).toContain(`postgres: public.${table}`);
    }
  }, 300_000);
});

async function makeTeam(operator: Rest, publicUrl: string, slug: string): Promise<Team> {
  const team = await operator.post<{ id: string }>('/v1/teams', {
    ...{ name: slug, slug, plan: 'enterprise', seats: 5, autoFlex: false },
  });
  const { userId } = await operator.post<{ userId: string }>(`/v1/teams/${team.id}/members`, {
    ...{ email: `ben@${slug}.example`, name: 'Ben', roles: ['super_admin'] },
  });
  const { token } = await operator.post<{ token: string }>(`/v1/users/${userId}/tokens`, { name: 'test' });
  const rest = createRest(publicUrl, token);
  const workspace = await rest.post<{ id: string }>(`/v1/teams/${team.id}/workspaces`, {
    ...{ name: 'Storefront', visibility: 'team' },
  });
  const schema = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json';
  const content = { info: { name: NAME, schema }, item: [] };
  const element = await rest.post<{ id: string }>(`/v1/workspaces/${workspace.id}/elements`, {
    ...{ type: 'collection', content },
  });
  return { teamId: team.id, elementId: element.id, rest, token };
}
