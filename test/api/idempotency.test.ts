import { v7 as uuid } from 'uuid';
import { underKey, type Try } from '../../api/idempotency';
import { Refusal } from '../../domain/refusal';
import { eventually } from '../../embedded/tour/eventually';
import type { Answer, Call } from '../support/api-client';
import { asOwner } from '../support/database';
import { refusal } from '../support/refusals';
import { sharingWorld, type SharingWorld } from '../support/sharing-world';
import { startWholeApi, type WholeApi } from '../support/whole-api';

describe('an Idempotency-Key', () => {
  let api: WholeApi;
  let world: SharingWorld;
  let sharer: Call;

  beforeAll(async () => {
    api = await startWholeApi();
    world = await sharingWorld(api.store, { seats: 500 });
    sharer = await api.person(world.sharer.id);
  });
  afterAll(() => api.close());
  afterEach(() => jest.restoreAllMocks());

  const share = (key: string, email = 'kim@partner.example', by = sharer): Promise<Answer> =>
    by('POST', `/v1/elements/${world.element.id}/shares`, {
      body: { recipients: [{ email }] },
      headers: { 'idempotency-key': key },
    });
  const sql = async (text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> => {
    const { databaseUrl, schema } = api.store;
    return (await asOwner(databaseUrl, text.replaceAll('$schema', schema), values)).rows as Record<
      string,
      unknown
    >[];
  };
  const shares = async (): Promise<number> =>
    Number((await sql('select count(*) n from $schema.shares'))[0]?.['n']);
  /** What the death of a process leaves: a key that is held, and no answer. */
  const lapse = (key: string) =>
    sql(`update $schema.idempotency_keys set locked_until = now() - interval '1 s' where key = $1`, [key]);

  it('gives the first answer again, and does the thing once', async () => {
    const key = uuid();
    const before = await shares();
    const first = await share(key);
    const again = await share(key);
    expect(first.status).toBe(202);
    expect([again.status, again.text]).toEqual([first.status, first.text]);
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
    expect(await shares()).toBe(before + 1);
  });

  it('lets one of 20 at once do the thing, and answers all alike', async () => {
    const key = uuid();
    const before = await shares();
    const answers = await Promise.all(Array.from({ length: 20 }, () => share(key, 'many@partner.example')));
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(answers[0]?.status).toBe(202);
    expect(await shares()).toBe(before + 1);
  });

  it('is refused with another body, and leaves the first answer', async () => {
    const key = uuid();
    const first = await share(key, 'one@partner.example');
    const other = await share(key, 'two@partner.example');
    expect([other.status, other.body['code']]).toEqual([422, 'idempotency_key_reused']);
    expect((await share(key, 'one@partner.example')).text).toBe(first.text);
  });

  it('is refused at another address with the same body', async () => {
    const headers = { 'idempotency-key': uuid() };
    const body = { recipients: [{ email: 'kim@partner.example' }] };
    const at = (path: string) =>
      sharer('POST', `/v1/elements/${world.element.id}/shares${path}`, { body, headers });
    expect((await at('/preview')).status).toBe(200);
    expect((await at('')).body['code']).toBe('idempotency_key_reused');
  });

  it('belongs to the token that sent it', async () => {
    const key = uuid();
    const first = await share(key, 'three@partner.example');
    const other = await share(key, 'three@partner.example', await api.person(world.sharer.id));
    expect(other.body['id']).not.toBe(first.body['id']);
  });

  it('keeps a refusal like any other answer', async () => {
    const key = uuid();
    const ask = () =>
      api.operator('POST', '/v1/users', {
        body: { email: world.sharer.email, name: 'Sam' },
        headers: { 'idempotency-key': key },
      });
    const first = await ask();
    expect([first.status, first.body]).toMatchObject([
      409,
      { code: 'already_exists', userId: world.sharer.id },
    ]);
    const again = await ask();
    expect([again.status, again.text]).toEqual([409, first.text]);
    expect(again.headers.get('content-type')).toContain('application/problem+json');
  });

  it('goes on with the same id after the process that held it died behind its commit', async () => {
    const key = uuid();
    const before = await shares();
    let dead: () => void = () => undefined;
    const died = new Promise<void>((resolve) => (dead = resolve));
    jest.spyOn(api.processes, 'startShare').mockImplementationOnce(() => {
      dead();
      return new Promise(() => undefined);
    });
    // Nobody ever answers this one.
    share(key, 'crash@partner.example').catch(() => undefined);
    await died;
    const rows = await sql('select made_id from $schema.idempotency_keys where key = $1', [key]);
    await lapse(key);
    const again = await share(key, 'crash@partner.example');
    expect([again.status, again.body['id']]).toEqual([202, rows[0]?.['made_id']]);
    expect(await shares()).toBe(before + 1);
  });

  it('keeps no 503, and tries again on the same id', async () => {
    const key = uuid();
    const seen: string[] = [];
    jest.spyOn(api.processes, 'startShare').mockImplementationOnce(({ shareId }) => {
      seen.push(shareId);
      return Promise.reject(new Refusal('unavailable', 'Away.'));
    });
    const first = await share(key, 'away@partner.example');
    expect([first.status, first.body['code'], first.headers.get('retry-after')]).toEqual([
      503,
      'unavailable',
      '2',
    ]);
    const again = await share(key, 'away@partner.example');
    expect([again.status, again.body['id']]).toEqual([202, seen[0]]);
  });

  it('keeps no 500, and shows nothing of what went wrong', async () => {
    const key = uuid();
    jest.spyOn(api.processes, 'startShare').mockRejectedValueOnce(new Error('secret inside'));
    const first = await share(key, 'fault@partner.example');
    expect([first.status, first.body['code']]).toEqual([500, 'internal']);
    expect(first.text).not.toContain('secret');
    expect((await share(key, 'fault@partner.example')).status).toBe(202);
  });

  it('is free again after a day', async () => {
    const key = uuid();
    const first = await share(key, 'day@partner.example');
    await sql(
      `update $schema.idempotency_keys set created_at = created_at - interval '24 h 1 s' where key = $1`,
      [key],
    );
    const next = await share(key, 'day@partner.example');
    expect(next.status).toBe(202);
    expect(next.body['id']).not.toBe(first.body['id']);
  });

  describe('below the routes', () => {
    const call = (key: string) => ({
      ...{ scope: 'token:x', key, method: 'POST', path: '/v1/x' },
      body: Buffer.from('{}'),
      secrets: ['token'],
    });
    const answer = { status: 201, body: { id: 'a', token: 'shown once' }, headers: {} };

    it('keeps no secret that is shown once', async () => {
      const key = uuid();
      expect(await underKey(api.store, call(key), () => Promise.resolve(answer))).toEqual(answer);
      const again = await underKey(api.store, call(key), () => Promise.reject(new Error('never')));
      expect(again.body).toEqual({ id: 'a', token: null });
      const rows = await sql('select body::text from $schema.idempotency_keys where key = $1', [key]);
      expect(rows[0]?.['body']).not.toContain('shown once');
    });

    it.each([401, 429, 500, 503])('keeps no answer %i', async (status) => {
      const key = uuid();
      const tries: Try[] = [];
      const work = (attempt: Try) => {
        tries.push(attempt);
        return Promise.resolve({ ...answer, status: tries.length === 1 ? status : 201 });
      };
      expect((await underKey(api.store, call(key), work)).status).toBe(status);
      expect((await underKey(api.store, call(key), work)).status).toBe(201);
      expect(tries.map(({ isRetry }) => isRetry)).toEqual([false, true]);
      expect(tries[0]?.madeId).toBe(tries[1]?.madeId);
    });

    const lockedUntil = async (key: string): Promise<number> => {
      const rows = await sql('select locked_until from $schema.idempotency_keys where key = $1', [key]);
      return (rows[0]?.['locked_until'] as Date | undefined)?.getTime() ?? 0;
    };
    /** A call that is under way until it is told to finish. */
    const underWay = async (key: string) => {
      let finish: () => void = () => undefined;
      const ended = underKey(api.store, call(key), async () => {
        await new Promise<void>((resolve) => (finish = resolve));
        return answer;
      });
      await eventually('the call holds its key', async () => ((await lockedUntil(key)) > 0 ? true : null));
      return { ended, finish: () => finish() };
    };

    it('stays held while its call lives, also past its first lease', async () => {
      const key = uuid();
      const first = await underWay(key);
      await lapse(key);
      const lapsed = await lockedUntil(key);
      const renewed = await eventually('the lease is renewed', async () => {
        const until = await lockedUntil(key);
        return until > lapsed ? until : null;
      });
      expect(renewed).toBeGreaterThan(Date.now());
      first.finish();
      expect((await first.ended).status).toBe(201);
    });

    it('tells a repeat to come back when the first is still under way after 30 s', async () => {
      const key = uuid();
      const first = await underWay(key);
      await sql(`update $schema.idempotency_keys set locked_until = now() + interval '1 h' where key = $1`, [
        key,
      ]);
      const real = Date.now;
      let passed = 0;
      jest.spyOn(Date, 'now').mockImplementation(() => real() + (passed += 5_000));
      const refused = await refusal(underKey(api.store, call(key), () => Promise.reject(new Error('never'))));
      expect([refused.code, refused.extra.retryAfter]).toEqual(['idempotency_key_in_use', 5]);
      jest.restoreAllMocks();
      first.finish();
      await first.ended;
    });
  });
});
