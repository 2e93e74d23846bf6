import { createHash } from 'node:crypto';
import { eventually } from '../../embedded/tour/eventually';
import { User } from '../../store/models';
import { asOwner } from '../support/database';
import { startWholeApi, type WholeApi } from '../support/whole-api';

const FORM = 'application/x-www-form-urlencoded';

describe('signing in by a mailed link (WEB-1, TEAM-1)', () => {
  let api: WholeApi;
  beforeAll(async () => {
    api = await startWholeApi();
  });
  afterAll(() => api.close());
  beforeEach(() => void api.mails.splice(0));
  afterEach(() => jest.restoreAllMocks());

  /** A bare request: nothing is followed, nothing is kept. */
  const send = (path: string, init: RequestInit = {}) =>
    fetch(new URL(path, api.url), { redirect: 'manual', ...init });
  const cookieOf = (response: Response): string =>
    (response.headers.getSetCookie()[0] ?? '').split(';')[0] ?? '';
  const csrfIn = (html: string): string => /name="_csrf" value="([^"]+)"/.exec(html)?.[1] ?? '';
  const post = (path: string, cookie: string, fields: Record<string, string>) =>
    send(path, {
      method: 'POST',
      headers: { cookie, 'content-type': FORM },
      body: new URLSearchParams(fields).toString(),
    });
  const askFor = (email: string, more: object = {}) =>
    send('/auth/email', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ email, ...more }),
    });
  const sql = async (text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> => {
    const { databaseUrl, schema } = api.store;
    return (await asOwner(databaseUrl, text.replaceAll('$schema', schema), values)).rows as Record<
      string,
      unknown
    >[];
  };
  const fresh = () => `p${Math.random().toString(36).slice(2)}@partner.example`;
  /** Opens a mailed link in a browser of its own. */
  const openLink = async (email: string, more: object = {}) => {
    await askFor(email, more);
    const { pathname } = new URL(await api.linkTo(email));
    const page = await send(pathname);
    const html = await page.text();
    return { pathname, cookie: cookieOf(page), csrf: csrfIn(html), html };
  };

  it('answers a program that takes anything with a problem document, and a browser with a page', async () => {
    const wrong = (accept: string) =>
      send('/auth/email', {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept },
        body: JSON.stringify({ email: 'no address' }),
      });
    const types = {
      '*/*': 'application/problem+json',
      'text/html,application/xhtml+xml,*/*;q=0.8': 'text/html',
    };
    for (const [accept, type] of Object.entries(types)) {
      const answer = await wrong(accept);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([
        422,
        expect.stringContaining(type),
      ]);
    }
  });

  it('makes the account the first time, with a personal workspace outside teams, and none the second time', async () => {
    const email = fresh();
    const first = await api.signedIn(email);
    expect([first.page.status, new URL(first.page.url).pathname]).toEqual([200, '/']);
    expect(first.page.text).toContain(`Hello, ${email.split('@')[0] ?? ''}`);
    await askFor(email.toUpperCase());
    expect(await api.linkTo(email)).toContain('/auth/email/');
    await api.signedIn(email);
    const users = await User.query(api.store.knex).where({ email });
    expect(users).toHaveLength(1);
    expect(users[0]?.emailVerifiedAt).not.toBeNull();
    const rows = await sql('select visibility, team_id from $schema.workspaces where owner_id = $1', [
      users[0]?.id,
    ]);
    expect(rows).toEqual([{ visibility: 'personal', team_id: null }]);
  });

  it('answers alike for every address, and without waiting for the mail', async () => {
    const known = fresh();
    await api.signedIn(known);
    const answers = await Promise.all([askFor(known), askFor(fresh())]);
    const seen = await Promise.all(answers.map(async (answer) => [answer.status, await answer.text()]));
    expect(seen[0]).toEqual([202, '{"status":"accepted"}']);
    expect(seen[1]).toEqual(seen[0]);
    // A mail server that hangs holds no answer up.
    jest.spyOn(api.mailer, 'send').mockImplementation(() => new Promise(() => undefined));
    expect((await askFor(known)).status).toBe(202);
    expect((await askFor(fresh())).status).toBe(202);
  });

  it('mails an address 20 links in a quarter of an hour, and answers on as before', async () => {
    const email = fresh();
    for (let n = 0; n < 25; n += 1) expect((await askFor(email)).status).toBe(202);
    const mailed = () => api.mails.filter(({ to }) => to === email).length;
    await eventually('the mails come', () => Promise.resolve(mailed() >= 20 ? true : null));
    // One that asks now is the 26th: when its turn was taken, so were all before it.
    await askFor(email);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(mailed()).toBe(20);
  });

  it('keeps only the link’s hash', async () => {
    const email = fresh();
    await askFor(email);
    const token = new URL(await api.linkTo(email)).pathname.split('/').at(-1) ?? '';
    const rows = await sql('select hash, l::text as line from $schema.login_links l where email = $1', [
      email,
    ]);
    expect(rows[0]?.['hash']).toEqual(createHash('sha256').update(token).digest());
    expect(rows[0]?.['line']).not.toContain(token);
  });

  it('does nothing when a scanner opens the link, and signs in by the button', async () => {
    const email = fresh();
    const { pathname, cookie, csrf, html } = await openLink(email);
    expect(html).toContain(`Sign in as ${email}?`);
    for (let n = 0; n < 3; n += 1) expect((await send(pathname)).status).toBe(200);
    expect((await send(pathname)).headers.get('referrer-policy')).toBe('no-referrer');
    expect((await post(pathname, cookie, { _csrf: csrf })).status).toBe(303);
  });

  it('works once, also when it is pressed twice at once', async () => {
    const opened = await openLink(fresh());
    const press = () => post(opened.pathname, opened.cookie, { _csrf: opened.csrf });
    const statuses = (await Promise.all([press(), press(), press()])).map(({ status }) => status);
    // Those that lose come with the session that ended when the winner signed in, or find the link used.
    expect(statuses.filter((status) => status === 303)).toHaveLength(1);
    const again = await send(opened.pathname);
    expect([again.status, await again.text()]).toEqual([410, expect.stringContaining('was used')]);
  });

  it('works for 15 minutes', async () => {
    const inTime = await openLink(fresh());
    const late = await openLink(fresh());
    const move = (pathname: string, ms: number) =>
      sql(`update $schema.login_links set expires_at = now() + $2 * interval '1 ms' where hash = $1`, [
        createHash('sha256')
          .update(pathname.split('/').at(-1) ?? '')
          .digest(),
        ms,
      ]);
    const rows = await sql(
      'select extract(epoch from expires_at - created_at) as s from $schema.login_links limit 1',
    );
    expect(Number(rows[0]?.['s'])).toBe(900);
    await move(inTime.pathname, 5_000);
    await move(late.pathname, -1);
    expect((await post(late.pathname, late.cookie, { _csrf: late.csrf })).status).toBe(410);
    expect((await post(inTime.pathname, inTime.cookie, { _csrf: inTime.csrf })).status).toBe(303);
  });

  it('leads back to a place of ours and to no other', async () => {
    for (const [returnTo, location] of [
      ['/approvals/1?x=1', '/approvals/1?x=1'],
      ['https://evil.test/', '/'],
      ['//evil.test', '/'],
      ['/\\evil.test', '/'],
      ['javascript:alert(1)', '/'],
    ] as const) {
      const { pathname, cookie, csrf } = await openLink(fresh(), { returnTo });
      const done = await post(pathname, cookie, { _csrf: csrf });
      expect([returnTo, done.headers.get('location')]).toEqual([returnTo, location]);
    }
    const { browser } = await api.signedIn(fresh());
    const page = await browser.submit(await browser.open('/'), '/auth/signout', {
      returnTo: 'https://evil.test',
    });
    expect(new URL(page.url).origin).toBe(api.url);
  });

  it('takes a new session id, so that one planted before opens nothing', async () => {
    const { pathname, cookie, csrf } = await openLink(fresh());
    const done = await post(pathname, cookie, { _csrf: csrf });
    expect(cookieOf(done)).not.toBe(cookie);
    const asPlanted = await send('/v1/me', { headers: { cookie } });
    expect(asPlanted.status).toBe(401);
    const asSignedIn = await send('/v1/me', { headers: { cookie: cookieOf(done) } });
    expect(asSignedIn.status).toBe(200);
    const invented = await send('/', { headers: { cookie: 'doorlist=s%3Ainvented.x' } });
    expect(cookieOf(invented)).not.toContain('invented');
  });

  it('signs nobody in on the word of another site', async () => {
    const { pathname, cookie, csrf } = await openLink(fresh());
    const elsewhere = { origin: 'https://evil.test' };
    const forged: [string, Record<string, string>, string | null][] = [
      ['a form without token', { ...elsewhere, 'content-type': FORM }, ''],
      ['no body', elsewhere, null],
      ['plain text', { ...elsewhere, 'content-type': 'text/plain' }, '{}'],
      ['a hidden origin', { origin: 'null', 'content-type': FORM }, ''],
      ['another session’s token', { ...elsewhere, 'content-type': FORM }, `_csrf=${csrf}`],
      ['a wrong token', { ...elsewhere, 'content-type': FORM, cookie }, '_csrf=wrong'],
      ['a browser that names no origin', { 'sec-fetch-site': 'cross-site', 'content-type': FORM }, ''],
    ];
    for (const [what, headers, body] of forged) {
      const answer = await send(pathname, { method: 'POST', headers, body });
      expect([what, answer.status, answer.headers.get('location')]).toEqual([what, 403, null]);
    }
    expect((await post(pathname, cookie, { _csrf: csrf })).status).toBe(303);
  });

  it('signs a program in that is no browser and brings no session', async () => {
    const { pathname } = await openLink(fresh());
    const done = await send(pathname, { method: 'POST' });
    expect([done.status, done.headers.get('location')]).toEqual([303, '/']);
    expect((await send('/v1/me', { headers: { cookie: cookieOf(done) } })).status).toBe(200);
  });

  it('keeps the cookie from scripts and other sites, and its id out of the table', async () => {
    const { pathname, cookie, csrf } = await openLink(fresh());
    const done = await post(pathname, cookie, { _csrf: csrf });
    const line = done.headers.getSetCookie()[0] ?? '';
    expect(line).toMatch(/HttpOnly/);
    expect(line).toMatch(/SameSite=Lax/);
    const sid =
      decodeURIComponent(line.split(';')[0]?.split('=')[1] ?? '')
        .slice(2)
        .split('.')[0] ?? '';
    const rows = await sql('select sid from $schema.session');
    expect(rows.map((row) => String(row['sid']))).not.toContain(sid);
    expect(rows.map((row) => String(row['sid']))).toContain(
      createHash('sha256').update(sid).digest('base64url'),
    );
  });

  it('forgets a visitor who did not sign in after an hour', async () => {
    const { cookie } = await openLink(fresh());
    const sid =
      decodeURIComponent(cookie.split('=')[1] ?? '')
        .slice(2)
        .split('.')[0] ?? '';
    const rows = await sql(
      `select expire < now() + interval '61 min' as soon from $schema.session where sid = $1`,
      [createHash('sha256').update(sid).digest('base64url')],
    );
    expect(rows).toEqual([{ soon: true }]);
  });

  it('takes no write from a session without its token, whatever the surface', async () => {
    const email = fresh();
    const { pathname, cookie, csrf } = await openLink(email);
    const done = await post(pathname, cookie, { _csrf: csrf });
    const session = cookieOf(done);
    const read = (headers: Record<string, string>) =>
      send('/v1/me/notifications/read', {
        method: 'POST',
        headers: { cookie: session, 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ ids: ['01890000-0000-7000-8000-000000000000'] }),
      });
    expect((await read({})).status).toBe(403);
    expect((await read({ 'x-csrf-token': csrf })).status).toBe(403);
    const token = csrfIn(await (await send('/', { headers: { cookie: session } })).text());
    expect((await read({ 'x-csrf-token': token })).status).toBe(200);
    expect((await post('/auth/signout', session, {})).status).toBe(403);
    const json = await send('/auth/signout', {
      method: 'POST',
      headers: { cookie: session, 'content-type': 'application/json' },
      body: '{}',
    });
    expect(json.status).toBe(403);
    expect((await post('/auth/signout', session, { _csrf: token })).status).toBe(303);
    expect((await send('/v1/me', { headers: { cookie: session } })).status).toBe(401);
  });

  it('refuses what is no address, and unknown links', async () => {
    for (const bad of ['x', '', `${'x'.repeat(250)}@x.example`, { a: 1 }])
      expect((await askFor(bad as string)).status).toBe(422);
    expect((await send('/auth/email/nonsense')).status).toBe(410);
  });
});
