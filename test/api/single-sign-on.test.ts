import type { Browser } from '../../embedded/tour/browser';
import { SsoIdentity, User } from '../../store/models';
import { asOwner } from '../support/database';
import { startIssuerWorld, type IssuerTeam, type IssuerWorld } from '../support/issuer-world';
import { worldOf } from '../support/world';

describe('signing in through a team’s issuer (TEAM-7, WEB-1)', () => {
  let world: IssuerWorld;
  let team: IssuerTeam;
  beforeAll(async () => {
    world = await startIssuerWorld();
    team = await world.team(['own.example']);
  });
  afterAll(() => world.close());

  let last = 0;
  const fresh = (domain: string) => `p${(last += 1)}@${domain}`;
  const me = (browser: Browser) =>
    browser.json<{ code?: string; email?: string; teams?: { id: string }[] }>(`${world.api.url}/v1/me`);
  const join = async (at: IssuerTeam, email: string) => {
    const body = { email, name: 'Somebody', roles: ['developer'] };
    const made = await world.api.operator('POST', `/v1/teams/${at.id}/members`, { body });
    return String(made.body['userId']);
  };

  it('takes people of the team’s domains, and leads them where they wanted to go', async () => {
    const email = fresh('own.example');
    const userId = await join(team, email);
    const browser = world.browser();
    const page = await world.signIn(browser, team, email, '/sessions');
    expect([page.status, page.url]).toEqual([200, `${world.api.url}/sessions`]);
    expect(await me(browser)).toMatchObject({ userId, email, teams: [{ id: team.id }] });
  });

  it('leads to no place but ours', async () => {
    for (const place of ['https://evil.test/', '//evil.test', '/\\evil.test']) {
      const page = await world.signIn(world.browser(), team, fresh('own.example'), place);
      expect(page.url).toBe(`${world.api.url}/`);
    }
  });

  it('refuses strangers of other domains whom nobody invited, and makes no account', async () => {
    const email = fresh('elsewhere.example');
    const page = await world.signIn(world.browser(), team, email);
    expect([page.status, page.text]).toEqual([403, expect.stringContaining('whom it invited')]);
    expect(await User.query(world.api.store.knex).findOne({ email })).toBeUndefined();
  });

  it('opens that team only: another team’s things are not there, nor a token that opens them', async () => {
    const email = fresh('own.example');
    const userId = await join(team, email);
    const other = await world.team(['other.example']);
    await join(other, email);
    const browser = world.browser();
    await world.signIn(browser, team, email);
    const { teams } = await me(browser);
    expect(teams?.map(({ id }) => id)).toEqual([team.id]);
    const listed = await browser.json<{ data: { id: string }[] }>(`${world.api.url}/v1/teams`);
    expect(listed.data.map(({ id }) => id)).toEqual([team.id]);
    for (const path of [`/v1/teams/${other.id}`, `/v1/teams/${other.id}/members`]) {
      expect(await browser.json(`${world.api.url}${path}`)).toMatchObject({ status: 404 });
    }
    expect(await browser.json(`${world.api.url}/v1/teams/${team.id}`)).toMatchObject({ id: team.id });
    const made = await fetch(`${world.api.url}/v1/users/${userId}/tokens`, {
      method: 'POST',
      headers: {
        cookie: browser.cookie(),
        'x-csrf-token': await csrfOf(browser),
        'content-type': 'application/json',
      },
      body: '{"name":"escape"}',
    });
    expect([made.status, await made.json()]).toEqual([
      403,
      expect.objectContaining({ detail: expect.stringContaining('that team only') as string }),
    ]);
  });

  const csrfOf = async (browser: Browser): Promise<string> => {
    const page = await browser.open('/');
    return page.document.querySelector('input[name=_csrf]')?.getAttribute('value') ?? '';
  };

  it('asks an invited outsider for it before they join, over REST as on the page, and then goes on', async () => {
    const email = fresh('partner.example');
    const token = await team.invite(email);
    const path = `/invitations/${token}`;
    const { browser, page } = await world.api.signedIn(email, path);
    expect([page.status, page.text]).toEqual([403, expect.stringContaining('Sign in through Team')]);
    const byToken = await world.api.person(
      (await User.query(world.api.store.knex).findOne({ email }))?.id ?? '',
    );
    const refused = await byToken('POST', '/v1/invitations/accept', { body: { token } });
    expect(refused.body).toMatchObject({ status: 403, code: 'sso_required' });
    // The mailed link has proven the address in this browser: nothing more is asked.
    const back = await world.signIn(browser, team, email, path);
    expect([back.status, new URL(back.url).pathname]).toEqual([200, path]);
    const joined = await browser.submit(back, path);
    expect([joined.status, new URL(joined.url).pathname]).toEqual([200, expect.stringMatching(/^\/e\//)]);
    expect((await me(browser)).teams).toMatchObject([{ id: team.id, roles: ['developer'] }]);
  });

  it('asks whoever has a guest link for it first where the team’s policy says so, and then lets them in (TEAM-7, GUEST-1)', async () => {
    const strict = await world.team(['own.example']);
    const make = worldOf(world.api.store);
    const element = await make.element(await make.workspace(strict.id));
    await make.elementRole(element, strict.adminId, 'editor');
    const admin = await world.api.person(strict.adminId);
    await admin('PUT', `/v1/elements/${element.id}/guest-link`, { body: { enabled: true } });
    const path = `/e/${element.id}`;
    const email = fresh('own.example');
    const open = await world.api.signedIn(email, path);
    expect([open.page.status, open.page.text]).toEqual([200, expect.stringContaining('Join and view')]);
    await admin('PATCH', `/v1/teams/${strict.id}`, { body: { policy: { guestsNeedSso: true } } });
    const { browser, page } = await world.api.signedIn(email, path);
    expect([page.status, page.text]).toEqual([403, expect.stringContaining('Sign in through Team')]);
    const way = `/auth/sso/${strict.slug}?returnTo=${encodeURIComponent(path)}`;
    expect(page.document.querySelector('a.button')?.getAttribute('href')).toBe(way);
    expect(page.text).not.toContain(element.name);
    // Whoever is not signed in yet is shown the same way at once.
    const visitor = await world.browser().open(path);
    expect([visitor.status, visitor.document.querySelector('a.button')?.getAttribute('href')]).toEqual([
      401,
      way,
    ]);
    const back = await world.signIn(browser, strict, email, path);
    expect([back.status, new URL(back.url).pathname]).toEqual([200, path]);
    const joined = await browser.submit(back, `${path}/join`);
    expect([joined.status, joined.text]).toEqual([200, expect.stringContaining(element.name)]);
    expect((await me(browser)).teams).toMatchObject([{ id: strict.id, roles: ['guest'] }]);
  });

  it('lets a new person accept with the issuer alone, and come again as a member', async () => {
    const email = fresh('partner.example');
    const path = `/invitations/${await team.invite(email)}`;
    const browser = world.browser();
    const offered = await browser.open(path);
    expect(offered.document.querySelector('a.button')?.getAttribute('href')).toBe(
      `/auth/sso/${team.slug}?returnTo=${encodeURIComponent(path)}`,
    );
    const page = await world.signIn(browser, team, email, path);
    expect((await browser.submit(page, path)).status).toBe(200);
    const again = world.browser();
    expect((await world.signIn(again, team, email)).status).toBe(200);
    expect((await me(again)).email).toBe(email);
  });

  it('ties no account of another domain on the issuer’s word: it takes a mailed link, in the same browser', async () => {
    const email = fresh('partner.example');
    await world.api.signedIn(email);
    await team.invite(email);
    const [browser, theirs] = [world.browser(), world.browser()];
    const page = await world.signIn(browser, team, email);
    expect([page.status, page.text]).toEqual([202, expect.stringContaining('One more step')]);
    expect(await me(browser)).toMatchObject({ code: 'unauthorized' });
    const link = await world.api.linkTo(email);
    const opened = await theirs.open(link);
    const action = new URL(link).pathname;
    const elsewhere = await theirs.submit(opened, action);
    expect([elsewhere.status, elsewhere.text]).toEqual([
      403,
      expect.stringContaining('in the browser in which'),
    ]);
    expect(await me(theirs)).toMatchObject({ code: 'unauthorized' });
    await browser.submit(await browser.open(link), action);
    expect(await me(browser)).toMatchObject({ email, teams: [] });
    const ties = await world.api.store.inTeam(team.id, (tx) =>
      SsoIdentity.query(tx).where({ subject: email }),
    );
    expect(ties).toHaveLength(1);
  });

  it('tells every address’s teams by its domain alone', async () => {
    const known = fresh('own.example');
    await join(team, known);
    const ask = async (email: string) => {
      const browser = world.browser();
      const page = await browser.submit(await browser.open('/'), '/auth/email', { email });
      return [page.status, page.text.replaceAll(email, '…')];
    };
    const answer = await ask(known);
    expect(answer).toEqual([202, expect.stringContaining('Sign in through Team')]);
    expect(await ask(fresh('own.example'))).toEqual(answer);
    expect(String((await ask(fresh('partner.example')))[1])).not.toContain('through');
  });

  it('keeps the client’s secret sealed and never tells it', async () => {
    const answer = await world.api.operator('GET', `/v1/teams/${team.id}`);
    expect(answer.text).not.toContain(world.issuer.clientSecret);
    expect(answer.text).not.toContain('clientSecret');
    const { databaseUrl, schema } = world.api.store;
    const { rows } = await asOwner(databaseUrl, `select sso::text from ${schema}.teams where id = $1`, [
      team.id,
    ]);
    expect(JSON.stringify(rows)).not.toContain(world.issuer.clientSecret);
  });

  it('ends its sessions when the issuer is taken off, and is then not there', async () => {
    const gone = await world.team(['gone.example']);
    const browser = world.browser();
    await world.signIn(browser, gone, fresh('gone.example'));
    expect((await me(browser)).email).toBeDefined();
    const admin = await world.api.person(gone.adminId);
    const refused = await admin('PATCH', `/v1/teams/${gone.id}`, { body: { sso: null } });
    expect(refused.status).toBe(403);
    await world.api.operator('PATCH', `/v1/teams/${gone.id}`, { body: { sso: null } });
    expect(await me(browser)).toMatchObject({ code: 'unauthorized' });
    expect((await browser.open(`/auth/sso/${gone.slug}`)).status).toBe(404);
  });

  it('says so when the issuer is dead', async () => {
    const dead = await world.team(['dead.example'], {
      url: 'http://127.0.0.1:1',
      clientId: 'x',
      clientSecret: 'y',
    });
    const page = await world.browser().open(`/auth/sso/${dead.slug}`);
    expect([page.status, page.text]).toEqual([503, expect.stringContaining('does not answer for now')]);
    const plain = { url: 'http://issuer.example', clientId: 'x', clientSecret: 'y' };
    await expect(world.team(['x.example'], plain)).resolves.toMatchObject({ id: 'undefined' });
  });
});
