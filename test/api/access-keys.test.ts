import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { request } from 'node:http';
import { isKey, keyOf } from '../../domain/access-key';
import { AccessKey } from '../../store/models';
import { eventually } from '../../embedded/tour/eventually';
import { asOwner } from '../support/database';
import { sharingWorld, type SharingWorld } from '../support/sharing-world';
import { startWholeApi, type WholeApi } from '../support/whole-api';
import { worldOf } from '../support/world';

const DAY = 86_400_000;

describe('reading a collection by its access key', () => {
  let api: WholeApi;
  let world: SharingWorld;
  let sharer: Awaited<ReturnType<WholeApi['person']>>;
  beforeAll(async () => {
    api = await startWholeApi({ RATE_MISS: '0' });
    world = await sharingWorld(api.store);
    sharer = await api.person(world.sharer.id);
  });
  afterAll(() => api.close());

  const make = async (elementId = world.element.id) => {
    const { status, body } = await sharer('POST', `/v1/elements/${elementId}/access-keys`, { body: {} });
    expect(status).toBe(201);
    return body as { id: string; key: string; url: string; maskedKey: string; warning: unknown };
  };
  const read = (key: string, init: RequestInit = {}, id = world.element.id) =>
    fetch(`${api.url}/collections/${id}?access_key=${key}`, init);
  const row = (id: string) =>
    api.store.inTeam(world.team.id, (tx) => AccessKey.query(tx).findById(id).throwIfNotFound());
  const lives = (id: string, idleMs: number) => {
    const since = new Date(api.store.clock.now().getTime() - idleMs);
    const sql = `update ${api.store.schema}.access_keys set created_at = $2, last_used_at = null, idle_since = $2 where id = $1`;
    return asOwner(api.store.databaseUrl, sql, [id, since]);
  };

  it('serves the document to anyone, byte for byte, by query or header (KEY-3)', async () => {
    const { key, url } = await make();
    expect(isKey(key)).toBe(true);
    expect(url).toBe(`${api.url}/collections/${world.element.id}?access_key=${key}`);
    const answer = await fetch(url);
    expect([answer.status, answer.headers.get('cache-control'), answer.headers.get('etag')]).toEqual([
      200,
      'no-cache',
      '"1"',
    ]);
    expect(await answer.text()).toBe('{"collection":{"info":{"name":"Orders"},"item":[]}}');
    const byHeader = await fetch(`${api.url}/collections/${world.element.id}`, {
      headers: { 'X-Access-Key': key },
    });
    expect(byHeader.status).toBe(200);
  });

  it('answers 304 for the version that the reader has, and HEAD without a body; both are uses (KEY-3, KEY-4)', async () => {
    const { key, id } = await make();
    await lives(id, 60 * DAY - 60_000);
    expect((await read(key, { headers: { 'If-None-Match': 'W/"0", W/"1"' } })).status).toBe(304);
    const first = (await row(id)).lastUsedAt?.getTime() ?? 0;
    expect(api.store.clock.now().getTime() - first).toBeLessThan(5_000);
    const other = await make();
    await lives(other.id, 60 * DAY - 60_000);
    const head = await read(other.key, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '51', '']);
    expect((await row(other.id)).lastUsedAt).not.toBeNull();
  });

  it('goes on by its last use when the policy grows shorter, also where that was not written yet (KEY-4)', async () => {
    const { key, id } = await make();
    expect((await read(key)).status).toBe(200);
    await eventually('its first use', async () => (await row(id)).lastUsedAt);
    // Its next use is gathered for a minute; the database knows of none for as long as the new policy allows.
    await lives(id, 120_000);
    expect((await read(key)).status).toBe(200);
    const path = `/v1/teams/${world.team.id}`;
    const shorter = await api.operator('PATCH', path, { body: { policy: { keyInactivity: 'PT1M' } } });
    expect(shorter.status).toBe(200);
    expect((await read(key)).status).toBe(200);
    expect((await row(id)).endedAt).toBeNull();
    await api.operator('PATCH', path, { body: { policy: { keyInactivity: 'P60D' } } });
  });

  it('lets any page read it, and takes no other method (KEY-3)', async () => {
    const { key } = await make();
    const preflight = await read(key, { method: 'OPTIONS' });
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, '*']);
    expect(preflight.headers.get('access-control-allow-headers')).toContain('X-Access-Key');
    expect((await read(key)).headers.get('access-control-allow-origin')).toBe('*');
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      const refused = await read(key, { method });
      expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
    }
  });

  it('answers every miss the same (KEY-3)', async () => {
    const { key, id } = await make();
    const { key: expired, id: expiredId } = await make();
    await lives(expiredId, 60 * DAY);
    const otherElement = await worldOf(api.store).element(world.workspace);
    const typo = key.slice(0, -1) + (key.endsWith('a') ? 'b' : 'a');
    const unknown = keyOf('0'.repeat(32));
    const shown = async (made: Promise<Response>) => {
      const answer = await made;
      const { status, headers } = answer;
      const [type, limit] = [headers.get('content-type'), headers.get('ratelimit-limit')];
      return { status, type, limit, body: await answer.text() };
    };
    const answers = [
      await shown(read(typo)),
      await shown(read('')),
      await shown(read(unknown)),
      await shown(read(expired)),
      await shown(read(key, {}, otherElement.id)),
      await shown(read(key, {}, '01900000-0000-7000-8000-000000000000')),
      await shown(read(key, {}, 'nonsense')),
      await shown(fetch(`${api.url}/collections/${world.element.id}`)),
    ];
    expect((await sharer('DELETE', `/v1/access-keys/${id}`)).status).toBe(204);
    answers.push(await shown(read(key)));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(answers[0]).toMatchObject({ status: 401, type: 'application/problem+json', limit: null });
    expect(JSON.parse(answers[0]?.body ?? '')).toEqual({
      type: 'urn:doorlist:problem:invalid_access_key',
      title: expect.any(String) as string,
      status: 401,
      detail: expect.any(String) as string,
      code: 'invalid_access_key',
    });
  });

  it('shows an edit at once, and no key after its revocation or its collection’s end (KEY-5, KEY-6)', async () => {
    const element = await worldOf(api.store).element(world.workspace);
    await worldOf(api.store).elementRole(element, world.sharer.id, 'editor');
    const { key } = await make(element.id);
    expect((await read(key, {}, element.id)).status).toBe(200);
    const content = {
      info: {
        name: 'New',
        schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json',
      },
      item: [],
    };
    const edit = await sharer('PUT', `/v1/elements/${element.id}/content`, { body: content });
    expect(edit.status).toBe(200);
    const edited = await read(key, {}, element.id);
    expect(await edited.json()).toEqual({ collection: content });
    expect(edited.headers.get('etag')).toBe(edit.headers.get('etag'));
    const revoked = await make(element.id);
    expect((await read(revoked.key, {}, element.id)).status).toBe(200);
    await sharer('DELETE', `/v1/access-keys/${revoked.id}`);
    expect((await read(revoked.key, {}, element.id)).status).toBe(401);
    await sharer('DELETE', `/v1/elements/${element.id}`);
    expect((await read(key, {}, element.id)).status).toBe(401);
    const { body } = await sharer('GET', `/v1/access-keys?elementId=${element.id}`);
    expect(body.data?.map(({ state }) => state)).toEqual(['revoked', 'revoked']);
  });

  it('serves on as the collection moves, with what is edited there; guests read it for as long as it lies where they may (KEY-6, GUEST-4, WORK-3)', async () => {
    const place = async (visibility: 'team' | 'public' | 'private') => {
      const workspace = await worldOf(api.store).workspace(world.team.id, visibility);
      await worldOf(api.store).workspaceRole(workspace, world.sharer.id, 'editor');
      return workspace;
    };
    const element = await worldOf(api.store).element(await place('team'));
    await worldOf(api.store).elementRole(element, world.sharer.id, 'editor');
    await sharer('PUT', `/v1/elements/${element.id}/guest-link`, { body: { enabled: true } });
    const guest = await api.person((await worldOf(api.store).user()).id);
    expect((await guest('POST', `/v1/elements/${element.id}/join`)).status).toBe(200);
    const { key } = await make(element.id);
    let name = 'Orders';
    const seen = async () => {
      const [served, asGuest] = [
        await read(key, {}, element.id),
        await guest('GET', `/v1/elements/${element.id}/content`),
      ];
      const { collection } = (await served.json()) as { collection: { info: { name: string } } };
      const info = asGuest.body['info'] as { name: string } | undefined;
      return { byKey: [served.status, collection.info.name], byGuest: [asGuest.status, info?.name ?? null] };
    };
    expect(await seen()).toEqual({ byKey: [200, name], byGuest: [200, name] });
    for (const visibility of ['team', 'public', 'private'] as const) {
      const { id: workspaceId } = await place(visibility);
      const moved = await sharer('POST', `/v1/elements/${element.id}/move`, { body: { workspaceId } });
      expect(moved.status).toBe(202);
      const byGuest = () => (visibility === 'private' ? [404, null] : [200, name]);
      expect(await seen()).toEqual({ byKey: [200, name], byGuest: byGuest() });
      name = `Orders, ${visibility}`;
      const schema = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json';
      const content = { info: { name, schema }, item: [] };
      const edit = await sharer('PUT', `/v1/elements/${element.id}/content`, { body: content });
      expect(edit.status).toBe(200);
      expect(await seen()).toEqual({ byKey: [200, name], byGuest: byGuest() });
    }
  });

  it('packs what is worth it, when the reader asks (KEY-3)', async () => {
    const large = JSON.stringify({ info: { name: 'Large' }, item: [], text: 'x'.repeat(5_000) });
    const element = await worldOf(api.store).element(world.workspace, { content: large });
    const { key } = await make(element.id);
    const raw = (encoding: string, more: Record<string, string> = {}) =>
      new Promise<{
        status: number | undefined;
        encoding: string | undefined;
        etag: string | undefined;
        vary: string | undefined;
        bytes: Buffer;
      }>((resolve, reject) => {
        const url = `${api.url}/collections/${element.id}?access_key=${key}`;
        request(url, { headers: { 'accept-encoding': encoding, ...more } }, (response) => {
          const parts: Buffer[] = [];
          response.on('data', (part: Buffer) => parts.push(part));
          response.on('end', () => {
            const { statusCode: status, headers } = response;
            const { etag, vary, 'content-encoding': packing } = headers;
            resolve({ status, encoding: packing, etag, vary, bytes: Buffer.concat(parts) });
          });
        })
          .on('error', reject)
          .end();
      });
    const expected = `{"collection":${large}}`;
    const [br, gz, plain] = [await raw('gzip, br'), await raw('gzip, br;q=0'), await raw('identity')];
    expect([br.encoding, gz.encoding, plain.encoding]).toEqual(['br', 'gzip', undefined]);
    expect(brotliDecompressSync(br.bytes).toString()).toBe(expected);
    expect(gunzipSync(gz.bytes).toString()).toBe(expected);
    expect(plain.bytes.toString()).toBe(expected);
    // Other bytes, another ETag; whoever has either form has this version.
    expect([br.etag, gz.etag, plain.etag, br.vary]).toEqual([
      'W/"1"',
      'W/"1"',
      '"1"',
      'Accept-Encoding, X-Access-Key',
    ]);
    for (const etag of ['W/"1"', '"1"']) {
      for (const encoding of ['br', 'identity']) {
        expect((await raw(encoding, { 'if-none-match': etag })).status).toBe(304);
      }
    }
  });

  it('keeps, lists masked, and revokes all, with the key nowhere but in the first answer (KEY-1, KEY-5)', async () => {
    const once = { headers: { 'idempotency-key': 'once' }, body: { name: 'CI' } };
    const path = `/v1/elements/${world.element.id}/access-keys`;
    const first = await sharer('POST', path, once);
    const again = await sharer('POST', path, once);
    expect(again.body).toEqual({ ...first.body, key: null, url: null });
    const key = String(first.body['key']);
    const id = String(first.body['id']);
    const kept = await sharer('POST', `/v1/access-keys/${id}/keep`);
    expect([kept.status, kept.body['state']]).toEqual([200, 'active']);
    expect(kept.body['lastUsedAt']).not.toBeNull();
    const listed = await sharer('GET', `/v1/access-keys?teamId=${world.team.id}&state=active&limit=100`);
    expect(listed.text).not.toContain(key);
    expect(listed.body.data?.find((one) => one['id'] === id)).toMatchObject({
      maskedKey: first.body['maskedKey'],
      element: { id: world.element.id, type: 'collection' },
      createdBy: { userId: world.sharer.id },
    });
    const guest = await api.person((await worldOf(api.store).member(world.team.id, ['guest'])).id);
    expect((await guest('GET', '/v1/access-keys')).body.data).toEqual([]);
    const { rows } = await asOwner(
      api.store.databaseUrl,
      `select string_agg(table_to_xml(format('%I.%I', schemaname, tablename)::regclass, true, false, '')::text, '') as all
         from pg_tables where schemaname = $1`,
      [api.store.schema],
    );
    const everything = (rows[0] as { all: string }).all;
    expect(everything).toContain(id);
    expect(everything).not.toContain(key);
    const admin = await api.person(world.admin.id);
    const all = await admin('POST', `/v1/teams/${world.team.id}/access-keys/revoke-all`);
    expect(all.body['revoked']).toBeGreaterThan(0);
    expect((await read(key)).status).toBe(401);
  });

  it('gathers uses, writes a key once a minute at most, and all at its end (KEY-4)', async () => {
    const { key, id } = await make();
    await read(key);
    for (let looks = 0; (await row(id)).lastUsedAt === null && looks < 100; looks += 1) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const written = (await row(id)).lastUsedAt;
    expect(written).not.toBeNull();
    await read(key);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect((await row(id)).lastUsedAt).toEqual(written);
  });
});

describe('limits of reading by access keys', () => {
  it('throttle misses by address and reads by key, and let the others through (OPS-8)', async () => {
    const api = await startWholeApi({ RATE_MISS: '3', RATE_KEY: '2' });
    try {
      const world = await sharingWorld(api.store);
      const sharer = await api.person(world.sharer.id);
      const path = `/v1/elements/${world.element.id}/access-keys`;
      const keys = [(await sharer('POST', path)).body['key'], (await sharer('POST', path)).body['key']];
      const read = (key: unknown) =>
        fetch(`${api.url}/collections/${world.element.id}?access_key=${key as string}`);
      const misses = [await read('x'), await read('x'), await read('x'), await read('x')];
      expect(misses.map(({ status }) => status)).toEqual([401, 401, 401, 429]);
      expect(Number(misses[3]?.headers.get('retry-after'))).toBeGreaterThan(0);
      const reads = [await read(keys[0]), await read(keys[0]), await read(keys[0]), await read(keys[1])];
      expect(reads.map(({ status }) => status)).toEqual([200, 200, 429, 200]);
      expect(reads.map(({ headers }) => headers.get('ratelimit-remaining'))).toEqual(['1', '0', '0', '1']);
      expect(((await reads[2]?.json()) as { code: string }).code).toBe('rate_limited');
    } finally {
      await api.close();
    }
  });

  it('ask the database nothing about a key that was typed wrong (KEY-1)', async () => {
    // An API of its own: nobody used a key here, so nothing is written meanwhile.
    const api = await startWholeApi();
    const seen: string[] = [];
    const lookUp = jest.spyOn(api.store, 'read');
    try {
      const world = await sharingWorld(api.store);
      const sharer = await api.person(world.sharer.id);
      const { body } = await sharer('POST', `/v1/elements/${world.element.id}/access-keys`);
      const key = body['key'] as string;
      const read = (typed: string) => fetch(`${api.url}/collections/${world.element.id}?access_key=${typed}`);
      api.store.knex.on('query', ({ sql }: { sql: string }) => void seen.push(sql));
      for (const wrong of [`${key.slice(0, -1)}!`, key.slice(1), `${key}0`, key.slice(0, 20), 'dlk_']) {
        expect((await read(wrong)).status).toBe(401);
      }
      expect([seen, lookUp.mock.calls]).toEqual([[], []]);
      // What would be seen, were there any: a right one is looked up.
      expect((await read(key)).status).toBe(200);
      expect(lookUp).toHaveBeenCalledTimes(1);
    } finally {
      lookUp.mockRestore();
      await api.close();
    }
  });
});
