import { startIssuerWorld, type IssuerTeam, type IssuerWorld } from '../support/issuer-world';
import { startLyingIssuer, type Lie, type LyingIssuer } from '../support/lying-issuer';

const EMAIL = 'eve@own.example';

describe('attacks on signing in through an issuer (TEAM-7, WEB-1)', () => {
  let world: IssuerWorld;
  let liar: LyingIssuer;
  let team: IssuerTeam;
  beforeAll(async () => {
    world = await startIssuerWorld();
    liar = await startLyingIssuer(EMAIL);
    team = await world.team(['own.example'], liar);
  });
  afterAll(async () => {
    await liar.stop();
    await world.close();
  });
  beforeEach(() => (liar.lie = {}));

  const send = (url: string, cookie = '') =>
    fetch(new URL(url, world.api.url), { redirect: 'manual', headers: { cookie, accept: 'text/html' } });
  const cookieOf = (response: Response) => response.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  /** Begins in a browser of its own, and goes as far as the issuer's answer. */
  const begin = async (at: IssuerTeam = team) => {
    const start = await send(`/auth/sso/${at.slug}?returnTo=/sessions`);
    const atIssuer = await fetch(start.headers.get('location') ?? '', { redirect: 'manual' });
    return { cookie: cookieOf(start), answer: atIssuer.headers.get('location') ?? '' };
  };
  const isSignedIn = async (cookie: string) => (await send('/v1/me', cookie)).status === 200;

  it('the honest way works, under a session id that nobody knew before', async () => {
    const { cookie, answer } = await begin();
    const done = await send(answer, cookie);
    expect([done.status, done.headers.get('location'), await done.text()]).toEqual([
      303,
      '/sessions',
      expect.any(String),
    ]);
    expect(cookieOf(done)).not.toBe(cookie);
    expect([await isSignedIn(cookieOf(done)), await isSignedIn(cookie)]).toEqual([true, false]);
  });

  it('an answer counts once, and in the browser that began alone', async () => {
    const [mine, theirs] = [await begin(), await begin()];
    for (const [what, cookie] of [
      ['another browser’s', theirs.cookie],
      ['none', ''],
    ] as const) {
      const refused = await send(mine.answer, cookie);
      expect([what, refused.status, await isSignedIn(cookieOf(refused))]).toEqual([what, 403, false]);
    }
    const done = await send(mine.answer, mine.cookie);
    expect(done.status).toBe(303);
    expect((await send(mine.answer, mine.cookie)).status).toBe(403);
    expect((await send(mine.answer, cookieOf(done))).status).toBe(403);
  });

  it('a code that was begun elsewhere is worth nothing under one’s own state', async () => {
    const [mine, theirs] = [await begin(), await begin()];
    const swapped = new URL(mine.answer);
    swapped.searchParams.set('code', new URL(theirs.answer).searchParams.get('code') ?? '');
    expect((await send(swapped.href, mine.cookie)).status).toBe(403);
  });

  it('an answer of one team’s issuer opens no other team', async () => {
    const other = await world.team(['own.example']);
    const atOther = await send(`/auth/sso/${other.slug}`);
    const state = new URL(atOther.headers.get('location') ?? '').searchParams.get('state') ?? '';
    const { answer } = await begin();
    const mixed = new URL(answer);
    mixed.searchParams.set('state', state);
    expect((await send(mixed.href, cookieOf(atOther))).status).toBe(403);
  });

  const past = Math.floor(Date.now() / 1_000) - 3_600;
  it.each<[string, Lie, number]>([
    ['names another issuer', { claims: { iss: 'https://evil.test' } }, 403],
    ['answers in another issuer’s name', { iss: 'https://evil.test' }, 403],
    ['is for another client', { claims: { aud: 'somebody-else' } }, 403],
    ['carries another nonce', { claims: { nonce: 'another' } }, 403],
    ['carries no nonce', { claims: { nonce: undefined } }, 403],
    ['is over', { claims: { iat: past, exp: past + 60 } }, 403],
    ['is signed by nobody we know', { foreignKey: true }, 403],
    ['has no address', { claims: { email: undefined } }, 403],
    ['has an address that was not verified', { claims: { email_verified: false } }, 403],
    ['has one that was not verified, as a word', { claims: { email_verified: 'false' } }, 403],
    ['comes from an issuer that breaks down', { broken: true }, 503],
  ])('nobody is signed in by a token that %s', async (_what, lie, status) => {
    liar.lie = lie;
    const { cookie, answer } = await begin();
    const refused = await send(answer, cookie);
    expect(refused.status).toBe(status);
    expect([await isSignedIn(cookie), await isSignedIn(cookieOf(refused))]).toEqual([false, false]);
  });

  it('a new subject under a known address takes a mailed link as well', async () => {
    const first = await begin();
    await send(first.answer, first.cookie);
    liar.lie = { claims: { sub: 'somebody-new' } };
    const { cookie, answer } = await begin();
    const asked = await send(answer, cookie);
    expect([asked.status, await isSignedIn(cookie)]).toEqual([202, false]);
  });

  it('a person signs their other browsers out, and nobody else’s (WEB-1)', async () => {
    const [one, two] = [await begin(), await begin()];
    const here = cookieOf(await send(one.answer, one.cookie));
    const there = cookieOf(await send(two.answer, two.cookie));
    const csrf = /name="_csrf" value="([^"]+)"/.exec(await (await send('/sessions', here)).text())?.[1] ?? '';
    const listed = (await (await send('/v1/me/sessions', here)).json()) as {
      data: { id: string; current: boolean; via: string; teamId: string }[];
    };
    const other = listed.data.filter(({ current }) => !current)[0];
    expect([other?.via, other?.teamId, listed.data.filter(({ current }) => current).length]).toEqual([
      'sso',
      team.id,
      1,
    ]);
    const end = (cookie: string, headers: Record<string, string>) =>
      fetch(`${world.api.url}/v1/me/sessions/${other?.id ?? ''}`, {
        method: 'DELETE',
        headers: { cookie, ...headers },
      });
    expect((await end(here, {})).status).toBe(403);
    const stranger = await world.api.person(team.adminId);
    expect((await stranger('DELETE', `/v1/me/sessions/${other?.id ?? ''}`)).status).toBe(404);
    expect((await end(here, { 'x-csrf-token': csrf })).status).toBe(204);
    expect([await isSignedIn(here), await isSignedIn(there)]).toEqual([true, false]);
    expect((await end(here, { 'x-csrf-token': csrf })).status).toBe(404);
  });
});
