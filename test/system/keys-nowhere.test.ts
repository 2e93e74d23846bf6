import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createRest, type Rest } from '../../embedded/rest';
import { newCopy, type RunningCopy } from '../support/running-copy';

/** The collection's name, which stands where the key must not: what is searched would find it. */
const NAME = 'Orders-of-the-raw-search';
const MINUTE = 60_000;

describe('access keys in a whole copy that is killed', () => {
  let copy: RunningCopy;
  beforeAll(async () => {
    copy = await newCopy({ DOORLIST_SEED: 'off', LOG_LEVEL: 'debug' });
    await copy.start();
  }, 120_000);
  afterAll(() => copy.discard());

  it('stand in no file, log line, history, message or row, and lose the last minute’s uses at most (KEY-1, KEY-4)', async () => {
    const { publicUrl, operatorToken } = copy.places();
    const ben = await member(createRest(publicUrl, operatorToken), publicUrl);
    const { elementId, teamId } = await collection(ben);
    const path = `/v1/elements/${elementId}/access-keys`;
    const made = await ben.rest.post<{ id: string; key: string; url: string }>(path, { name: 'CI' }, 'once');
    const revoked = await ben.rest.post<{ id: string; key: string }>(path, {});
    const mistyped = made.key.slice(0, -1);
    const read = (key: string) => fetch(`${publicUrl}/collections/${elementId}?access_key=${key}`);
    const byHeader = { headers: { 'X-Access-Key': made.key } };
    expect((await read(made.key)).status).toBe(200);
    expect((await read(mistyped)).status).toBe(401);
    expect((await fetch(`${publicUrl}/collections/${elementId}`, byHeader)).status).toBe(200);
    await ben.rest.post(path, { name: 'CI' }, 'once');
    await ben.rest.post(`/v1/access-keys/${made.id}/keep`, {});
    await fetch(`${publicUrl}/v1/access-keys/${revoked.id}`, {
      ...{ method: 'DELETE', headers: { authorization: `Bearer ${ben.token}` } },
    });
    // A key in the wrong place: a page, a body and a path that are logged.
    await fetch(`${publicUrl}/e/${elementId}?access_key=${made.key}`, { redirect: 'manual' });
    expect((await read(made.key)).status).toBe(200);
    const lastUse = Date.now();
    await copy.kill();

    const found = filesWith(copy.home, [made.key, revoked.key, mistyped]);
    expect(found).toEqual([]);
    expect(filesWith(copy.home, [NAME]).length).toBeGreaterThan(0);
    expect(copy.printed()).toContain(`/collections/${elementId}`);
    for (const key of [made.key, revoked.key, mistyped]) expect(copy.printed()).not.toContain(key);

    await copy.start();
    const { data } = await ben.rest.get<{ data: { id: string; lastUsedAt: string }[] }>(
      `/v1/access-keys?teamId=${teamId}&state=active`,
    );
    expect(data.map(({ id }) => id)).toEqual([made.id]);
    expect(lastUse - Date.parse(data[0]?.lastUsedAt ?? '')).toBeLessThanOrEqual(MINUTE);
    expect((await read(made.key)).status).toBe(200);
  }, 240_000);
});

async function member(
  operator: Rest,
  publicUrl: string,
): Promise<{ rest: Rest; token: string; teamId: string }> {
  const team = await operator.post<{ id: string }>('/v1/teams', {
    ...{ name: 'Northwind', slug: 'northwind-keys', plan: 'enterprise', seats: 5, autoFlex: false },
  });
  const { userId } = await operator.post<{ userId: string }>(`/v1/teams/${team.id}/members`, {
    ...{ email: 'ben@keys.example', name: 'Ben', roles: ['developer'] },
  });
  const { token } = await operator.post<{ token: string }>(`/v1/users/${userId}/tokens`, { name: 'test' });
  return { rest: createRest(publicUrl, token), token, teamId: team.id };
}

async function collection({ rest, teamId }: { rest: Rest; teamId: string }) {
  const workspace = await rest.post<{ id: string }>(`/v1/teams/${teamId}/workspaces`, {
    ...{ name: 'Storefront', visibility: 'team' },
  });
  const schema = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json';
  const content = { info: { name: NAME, schema }, item: [] };
  const element = await rest.post<{ id: string }>(`/v1/workspaces/${workspace.id}/elements`, {
    ...{ type: 'collection', content },
  });
  return { elementId: element.id, teamId };
}

/** Files of a folder with one of these texts in their bytes: Postgres's tables and log of writes, Temporal's store, Slack's. */
function filesWith(folder: string, texts: readonly string[]): string[] {
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => {
      const path = join(folder, name);
      if (!existsSync(path) || !statSync(path).isFile()) return false;
      const bytes = readFileSync(path);
      return texts.some((text) => bytes.includes(text));
    });
}
