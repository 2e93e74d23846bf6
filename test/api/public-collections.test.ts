import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { v7 as uuid } from 'uuid';
import { startExampleApi } from '../../embedded/world/example-api';
import { createBrowser } from '../../embedded/tour/browser';
import type { Call } from '../support/api-client';
import { runByNewman } from '../support/newman';
import { startWholeApi, type WholeApi } from '../support/whole-api';
import { worldOf } from '../support/world';

const COLLECTION = readFileSync(
  join(__dirname, '../../embedded/world/documents/orders.postman_collection.json'),
  'utf8',
).trim();
const ENVIRONMENT = '{"name":"Local","values":[]}';

describe('collections in public workspaces', () => {
  let api: WholeApi;
  let teamId: string;
  let call: Call;
  const nobody = () => api.as(undefined);

  beforeAll(async () => {
    api = await startWholeApi();
    const world = worldOf(api.store);
    teamId = (await world.team()).id;
    call = await api.person((await world.member(teamId, ['developer'])).id);
  });
  afterAll(() => api.close());

  const workspace = async (visibility: string) => {
    const body = { name: 'Shop', visibility };
    return String((await call('POST', `/v1/teams/${teamId}/workspaces`, { body })).body['id']);
  };
  const element = async (workspaceId: string, type = 'collection', text = COLLECTION) => {
    const raw = `{"type":"${type}","content":${text}}`;
    const made = await call('POST', `/v1/workspaces/${workspaceId}/elements`, { raw });
    expect(made.status).toBe(201);
    return String(made.body['id']);
  };
  const publicCollection = async () => element(await workspace('public'));
  const open = (id: string) => [
    `/run/${id}`,
    `/run/${id}/collection.json`,
    `/run/${id}/button.json`,
    `/run/${id}/button.svg`,
  ];

  it('have a link for whoever sees them, and a public link only in a public workspace (SHARE-6)', async () => {
    const id = await publicCollection();
    const url = `${api.url}/e/${id}`;
    for (const kind of ['link', 'public-link']) {
      const answer = await call('GET', `/v1/elements/${id}/${kind}`);
      expect([answer.status, answer.body]).toEqual([200, { url }]);
    }
    const inTeam = await element(await workspace('team'));
    const environment = await element(await workspace('public'), 'environment', ENVIRONMENT);
    for (const other of [inTeam, environment]) {
      expect((await call('GET', `/v1/elements/${other}/link`)).body).toEqual({
        url: `${api.url}/e/${other}`,
      });
      for (const kind of ['public-link', 'run-button']) {
        const refused = await call('GET', `/v1/elements/${other}/${kind}`);
        expect([refused.status, refused.body['code']]).toEqual([409, 'not_public']);
      }
    }
    const stranger = await api.person((await worldOf(api.store).user()).id);
    for (const kind of ['link', 'public-link', 'run-button']) {
      expect((await stranger('GET', `/v1/elements/${inTeam}/${kind}`)).body['code']).toBe('not_found');
      expect((await stranger('GET', `/v1/elements/${id}/${kind}`)).status).toBe(200);
    }
  });

  it('have a run button whose parts lead to one landing page (SHARE-7)', async () => {
    const id = await publicCollection();
    const { status, body } = await call('GET', `/v1/elements/${id}/run-button`);
    const [landingUrl, buttonSvgUrl] = [`${api.url}/run/${id}`, `${api.url}/run/${id}/button.svg`];
    expect(status).toBe(200);
    expect(body).toEqual({
      markdown: `[![Run in Postman](${buttonSvgUrl})](${landingUrl})`,
      html: expect.stringContaining(`<a class="doorlist-run-button" href="${landingUrl}">`) as unknown,
      ...{ buttonSvgUrl, landingUrl },
    });
    expect(body['html']).toContain(`<script async src="${api.url}/run/button.js">`);
    const svg = await fetch(buttonSvgUrl);
    expect(svg.headers.get('content-type')).toContain('image/svg+xml');
    expect(svg.headers.get('cache-control')).toMatch(/^public, max-age=\d+$/);
    expect(await svg.text()).toContain('<title id="label">Run in Postman</title>');
  });

  it('give their document as stored to any page and program, and 304 to who has it (SHARE-7)', async () => {
    const id = await publicCollection();
    const path = `/run/${id}/collection.json`;
    const given = await nobody()('GET', path);
    expect([given.status, given.text]).toEqual([200, COLLECTION]);
    expect(given.headers.get('access-control-allow-origin')).toBe('*');
    expect(given.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    const etag = given.headers.get('etag') ?? '';
    const same = await nobody()('GET', path, { headers: { 'if-none-match': etag } });
    expect([same.status, same.text, same.headers.get('access-control-allow-origin')]).toEqual([304, '', '*']);
    const ask = await nobody()('OPTIONS', path, {
      headers: {
        origin: 'https://blog.test',
        'access-control-request-method': 'GET',
        'access-control-request-headers': 'if-none-match',
      },
    });
    expect([ask.status, ask.headers.get('access-control-allow-headers')]).toEqual([204, 'If-None-Match']);
    expect((await nobody()('HEAD', path)).headers.get('etag')).toBe(etag);
    expect((await nobody()('POST', path)).status).toBe(405);
  });

  it('are run by newman from their address alone, against the example API (SHARE-7)', async () => {
    const id = await publicCollection();
    const example = await startExampleApi(0);
    try {
      const { failures, stats } = await runByNewman(`${api.url}/run/${id}/collection.json`, {
        exampleApi: example.url,
      });
      expect(failures.map((failure) => failure.error.message)).toEqual([]);
      expect(stats.assertions.total).toBeGreaterThan(3);
    } finally {
      await example.stop();
    }
  });

  it('set no cookie on what a cache may keep, whoever asks', async () => {
    const id = await publicCollection();
    const begun = await fetch(api.url);
    // The session is kept before the answer ends, not before it begins.
    await begun.text();
    const headers = { cookie: begun.headers.getSetCookie()[0]?.split(';')[0] ?? '' };
    // A page prolongs the session that it is shown in, by a cookie.
    expect((await fetch(`${api.url}/run/${id}`, { headers })).headers.get('set-cookie')).not.toBeNull();
    for (const path of open(id).slice(1)) {
      const answer = await fetch(api.url + path, { headers });
      expect([path, answer.status, answer.headers.get('set-cookie')]).toEqual([path, 200, null]);
    }
  });

  it('have pages that a visitor reads without signing in, and that start no session (SHARE-6, SHARE-7)', async () => {
    const id = await publicCollection();
    const landing = await createBrowser(api.url).open(`/run/${id}`);
    expect([landing.status, landing.text]).toEqual([200, expect.stringContaining('Orders')]);
    expect(landing.text).toContain('Place, read and ship orders of the example API.');
    const copied = landing.document.querySelectorAll('figure pre').map((each) => each.text);
    expect(copied).toContain(`newman run ${api.url}/run/${id}/collection.json`);
    expect(landing.document.querySelector(`a[href="/e/${id}"]`)?.text).toBe('View it');
    const view = await createBrowser(api.url).open(`/e/${id}`);
    expect([view.status, view.text]).toEqual([200, expect.stringContaining('List orders')]);
    expect(view.document.querySelectorAll('form')).toHaveLength(0);
    for (const path of [`/run/${id}`, `/e/${id}`]) {
      expect((await fetch(api.url + path)).headers.get('set-cookie')).toBeNull();
    }
  });

  it('are forked by a person who came from the landing page and signed in, into a workspace of their own (SHARE-6)', async () => {
    const id = await publicCollection();
    const landing = await createBrowser(api.url).open(`/run/${id}`);
    const fork = landing.document.querySelector('main a.button')?.getAttribute('href') ?? '';
    const asked = await createBrowser(api.url).open(fork);
    expect([asked.status, asked.text]).toEqual([200, expect.stringContaining('Sign in')]);
    const { browser, page } = await api.signedIn(`${uuid()}@elsewhere.example`, fork);
    const mine = await browser.submit(page, '/forks');
    expect([mine.status, mine.text]).toEqual([200, expect.stringContaining('Personal workspace (personal)')]);
    expect(new URL(mine.url).pathname).not.toBe(`/e/${id}`);
    expect(mine.text).toMatch(/Your role editor/);
  });

  it('show a guest no form to fork with (GUEST-2)', async () => {
    const world = worldOf(api.store);
    const team = await world.team();
    const collection = await world.element(await world.workspace(team.id));
    const guest = await world.member(team.id, ['guest']);
    await world.elementRole(collection, guest.id, 'guest_viewer');
    const { browser, page } = await api.signedIn(guest.email, `/e/${collection.id}`);
    expect([page.status, page.document.querySelector('a[href$="/fork"]')]).toEqual([200, null]);
    expect((await browser.open(`/e/${collection.id}/fork`)).status).toBe(403);
  });

  it('show a description and a name as text, whatever is in them', async () => {
    const evil = '<script>alert(1)</script>';
    const text = COLLECTION.replace('"Orders"', JSON.stringify(`Orders ${evil}`)).replace(
      '"Place, read and ship orders of the example API."',
      JSON.stringify({ content: evil, type: 'text/markdown' }),
    );
    const id = await element(await workspace('public'), 'collection', text);
    const page = await createBrowser(api.url).open(`/run/${id}`);
    expect(page.document.querySelectorAll('script')).toHaveLength(0);
    expect(page.document.querySelector('blockquote')?.innerHTML).toContain('&lt;script&gt;');
  });

  it('are gone from all of it once they are not public, deleted, or never were, like an unknown id (SHARE-6)', async () => {
    const was = await workspace('public');
    const closed = await element(was);
    const deleted = await publicCollection();
    const hidden = await element(await workspace('team'));
    const environment = await element(await workspace('public'), 'environment', ENVIRONMENT);
    expect((await nobody()('GET', `/run/${closed}/collection.json`)).status).toBe(200);
    await call('PATCH', `/v1/workspaces/${was}`, { body: { visibility: 'team' } });
    await call('DELETE', `/v1/elements/${deleted}`);
    const unknown = uuid();
    const shape = async (id: string, path: string) => {
      const { status, text, headers } = await nobody()('GET', path, { headers: { accept: '*/*' } });
      return { status, type: headers.get('content-type'), text: text.replaceAll(id, '') };
    };
    for (const id of [closed, deleted, hidden, environment]) {
      for (const [index, path] of open(id).entries()) {
        const answer = await shape(id, path);
        expect(answer).toEqual(await shape(unknown, open(unknown)[index] ?? ''));
        expect(answer.status).toBe(404);
        if (index > 0) expect(answer.type).toContain('application/problem+json');
      }
      const page = await createBrowser(api.url).open(`/e/${id}`);
      expect([page.status, page.text]).toEqual([401, expect.stringContaining('Sign in')]);
    }
    const button = await call('GET', `/v1/elements/${closed}/run-button`);
    expect([button.status, button.body['code']]).toEqual([409, 'not_public']);
    expect((await call('GET', `/v1/elements/${deleted}/public-link`)).status).toBe(404);
  });

  it('keep a button on a page elsewhere up to date: its name, and whether it is there (SHARE-7)', async () => {
    const was = await workspace('public');
    const id = await element(was);
    const script = await fetch(`${api.url}/run/button.js`);
    expect(script.headers.get('content-type')).toContain('javascript');
    expect(script.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    const source = await script.text();
    const renamed = COLLECTION.replace('"Orders"', '"Orders, renamed"');
    await call('PUT', `/v1/elements/${id}/content`, { raw: renamed });
    expect(await buttonAfter(source, `${api.url}/run/${id}`)).toEqual({
      alt: 'Run “Orders, renamed” in Postman',
      hidden: false,
    });
    await call('PATCH', `/v1/workspaces/${was}`, { body: { visibility: 'private' } });
    expect(await buttonAfter(source, `${api.url}/run/${id}`)).toMatchObject({ hidden: true });
    expect(await buttonAfter(source, `https://elsewhere.test/run/${id}`)).toEqual({
      alt: 'Run in Postman',
      hidden: false,
    });
  });

  /** Runs the button's script over a page with one button, and waits for what it asked. */
  async function buttonAfter(source: string, href: string): Promise<{ alt: string; hidden: boolean }> {
    const image = { alt: 'Run in Postman' };
    const link = { href, hidden: false, title: '', dataset: {}, querySelector: () => image };
    const asked: Promise<unknown>[] = [];
    runInNewContext(source, {
      URL,
      document: {
        currentScript: { src: `${api.url}/run/button.js` },
        querySelectorAll: () => [link],
      },
      fetch: (url: string) => ({
        then: (use: (response: Response) => Promise<void>) => {
          const done = fetch(url).then(use);
          asked.push(done);
          return done;
        },
      }),
    });
    await Promise.all(asked);
    return { alt: image.alt, hidden: link.hidden };
  }
});
