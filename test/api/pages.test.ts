import { v7 as uuid } from 'uuid';
import { Refusal } from '../../domain/refusal';
import { Approval, Member, Workspace } from '../../store/models';
import type { Page } from '../../embedded/tour/browser';
import { requestOf, sharingWorld, shareWith, type SharingWorld } from '../support/sharing-world';
import { startWholeApi, type WholeApi } from '../support/whole-api';
import { worldOf } from '../support/world';

const EVIL = `<script>alert(1)</script>"'&`;

describe('the plain pages', () => {
  let api: WholeApi;
  let world: SharingWorld;
  beforeAll(async () => {
    api = await startWholeApi();
    world = await sharingWorld(api.store, { seats: 50 });
  });
  afterAll(() => api.close());
  afterEach(() => jest.restoreAllMocks());

  const address = () => `p${uuid()}@partner.example`;
  const request = async (email = address()) =>
    requestOf(await shareWith(api.store, world, { email, role: 'editor' }, { asOf: api.store.clock.now() }));
  const approvalRow = (id: string) =>
    api.store.inTeam(world.team.id, (tx) => Approval.query(tx).findById(id).throwIfNotFound());
  const at = (page: Page) => new URL(page.url).pathname;

  it('lead whoever comes from Slack or a mail to sign in, and then to where they wanted', async () => {
    const id = await request();
    const form = await api.browser().open(`/approvals/${id}`);
    expect([form.status, form.text]).toEqual([401, expect.stringContaining('Sign in')]);
    const { page } = await api.signedIn(world.admin.email, `/approvals/${id}`);
    expect([page.status, at(page)]).toEqual([200, `/approvals/${id}`]);
  });

  it('show what waits for whom on the start page', async () => {
    const email = address();
    await request(email);
    const { page: admins } = await api.signedIn(world.admin.email);
    expect(admins.text).toMatch(new RegExp(`Waiting for you .*${email}.*Your requests`));
    const { page: sharers } = await api.signedIn(world.sharer.email);
    expect(sharers.text).toMatch(new RegExp(`Nothing waits for your decision.*Your requests.*${email}`));
  });

  it('approve with a lower role and a note, and show who decided (INVITE-5)', async () => {
    const id = await request();
    const { browser } = await api.signedIn(world.admin.email);
    const page = await browser.open(`/approvals/${id}`);
    const done = await browser.submit(page, '/approve', { role: 'viewer', reason: 'Enough for now' });
    expect([done.status, at(done)]).toEqual([200, `/approvals/${id}`]);
    expect(done.text).toMatch(/approved by Ada in the console .* UTC\. The invitation is being sent\./);
    expect(done.text).toContain('Viewer instead of Editor');
    expect(done.text).not.toContain('Expires');
    expect(done.text).toContain('Enough for now');
    expect(await approvalRow(id)).toMatchObject({
      state: 'approved',
      grantedRole: 'viewer',
      decidedVia: 'web',
    });
    expect(done.document.querySelectorAll('form[action$="/approve"]')).toHaveLength(0);
  });

  it('show an approver what weighs for and against it, and each list until when it waits or who settled it (SLACK-2)', async () => {
    const email = `p${uuid()}@first.example`;
    const id = await request(email);
    const { browser, page } = await api.signedIn(world.admin.email, `/approvals/${id}`);
    expect(page.text).toMatch(/Seats Takes one of \d+ free seats\./);
    expect(page.text).toContain('⚠ Nobody from first.example is in the team yet.');
    expect(page.text).toMatch(/Who decides Ada/);
    const sharer = (await api.signedIn(world.sharer.email, `/approvals/${id}`)).browser;
    expect((await sharer.open(`/approvals/${id}`)).text).not.toMatch(/Seats|⚠/);
    expect((await sharer.open('/')).text).toMatch(new RegExp(`${email} .*?asked by Sam, until `));
    await browser.submit(page, '/deny', { reason: 'No.' });
    expect((await sharer.open('/')).text).toMatch(new RegExp(`${email} .*?asked by Sam, settled by Ada `));
  });

  it('deny with a reason, whole, whatever characters it has', async () => {
    const id = await request();
    const { browser } = await api.signedIn(world.admin.email);
    const reason = `First line\r\n${EVIL} 🎉`;
    const done = await browser.submit(await browser.open(`/approvals/${id}`), '/deny', { reason });
    expect(done.status).toBe(200);
    expect((await approvalRow(id)).decisionReason).toBe(reason.replace('\r\n', '\n'));
    expect(done.document.innerHTML).not.toContain('<script>');
  });

  it('take a claim, comments and a nudge, and say when the next nudge comes too early (INVITE-8)', async () => {
    const id = await request();
    const admin = (await api.signedIn(world.admin.email)).browser;
    const claimed = await admin.submit(await admin.open(`/approvals/${id}`), '/claim');
    expect(claimed.text).toMatch(/On it.*Ada, until/);
    expect(claimed.document.querySelectorAll('form[action$="/claim"]')).toHaveLength(0);
    const said = await admin.submit(claimed, '/comments', { text: EVIL });
    expect(said.text).toContain(EVIL);
    expect(said.document.querySelectorAll('main script')).toHaveLength(0);
    const sharer = (await api.signedIn(world.sharer.email)).browser;
    const nudged = await sharer.submit(await sharer.open(`/approvals/${id}`), '/nudge');
    expect([nudged.status, nudged.text]).toEqual([200, expect.stringContaining('nudged by Sam')]);
    const again = await sharer.submit(nudged, '/nudge');
    expect([again.status, again.text]).toEqual([409, expect.stringContaining('within the last hour')]);
  });

  it('say who was faster, on the request itself', async () => {
    const id = await request();
    const { browser } = await api.signedIn(world.admin.email);
    const page = await browser.open(`/approvals/${id}`);
    const other = await api.person(
      (await worldOf(api.store).member(world.team.id, ['admin'], { name: 'Grace' })).id,
    );
    await other('POST', `/v1/approvals/${id}/decision`, { body: { decision: 'approve' } });
    const late = await browser.submit(page, '/deny', { reason: 'no' });
    expect([late.status, late.text]).toEqual([
      409,
      expect.stringContaining('Somebody decided before you. It was Grace.'),
    ]);
  });

  it('show nobody a form that they could not use, nor a request that they may not see', async () => {
    const id = await request();
    const { page, browser } = await api.signedIn(world.sharer.email, `/approvals/${id}`);
    expect(page.document.querySelectorAll('form[action$="/approve"]')).toHaveLength(0);
    const done = await browser.submit(page, '/withdraw');
    expect([at(done), done.text]).toEqual([`/approvals/${id}`, expect.stringContaining('withdrawn')]);
    expect((await browser.submit(page, '/withdraw')).status).toBe(200);
    const stranger = await api.signedIn(address(), `/approvals/${id}`);
    expect(stranger.page.status).toBe(404);
  });

  it('say “not known” when the runs are away, and offer the request again', async () => {
    const id = await request();
    const { browser } = await api.signedIn(world.admin.email);
    const page = await browser.open(`/approvals/${id}`);
    jest
      .spyOn(api.processes, 'decide')
      .mockRejectedValueOnce(new Refusal('unavailable', 'It is not known yet.'));
    const away = await browser.submit(page, '/approve');
    expect([away.status, away.text]).toEqual([503, expect.stringContaining('It is not known yet.')]);
    expect((await approvalRow(id)).state).toBe('pending');
  });

  it('show an element with its requests, and share it: what came of it stands there (SHARE-1)', async () => {
    const content = JSON.stringify({
      info: { name: 'Orders' },
      item: [
        { name: 'Admin', item: [{ name: EVIL, request: { method: 'DELETE' } }] },
        { name: 'List', request: 'https://x' },
      ],
    });
    const element = await worldOf(api.store).element(world.workspace, { content });
    await worldOf(api.store).elementRole(element, world.sharer.id, 'editor');
    const { browser, page } = await api.signedIn(world.sharer.email, `/e/${element.id}`);
    expect(page.document.querySelectorAll('main li').map((li) => li.text)).toEqual([
      expect.stringMatching(/^DELETE Admin \/ /),
      'GET List',
    ]);
    const [one, two] = [address(), address()];
    const done = await browser.submit(page, '/shares', {
      recipients: `${one}\n${two}, Nobody`,
      role: 'editor',
      message: 'Hi',
    });
    expect(done.text).toMatch(
      /What came of it .*waits for a Team Admin .*waits for a Team Admin .*nobody in the team has this name/,
    );
    const { page: strangers } = await api.signedIn(
      world.admin.email,
      new URL(done.url).pathname + new URL(done.url).search,
    );
    expect(strangers.text).not.toContain('What came of it');
    for (const recipients of [
      '',
      'kim@@x',
      Array.from({ length: 101 }, (_, n) => `k${n}@x.example`).join('\n'),
    ]) {
      expect((await browser.submit(page, '/shares', { recipients })).status).toBe(422);
    }
  });

  it('ask where a personal element shall go before it is shared (SHARE-4)', async () => {
    const mine = await worldOf(api.store).workspace(world.team.id, 'personal', world.sharer.id);
    const element = await worldOf(api.store).element(mine);
    const { browser, page } = await api.signedIn(world.sharer.email, `/e/${element.id}`);
    expect(page.text).toContain('It is in your personal workspace');
    const recipients = address();
    const unnamed = await browser.submit(page, '/shares', { recipients, placement: 'new' });
    expect([unnamed.status, unnamed.text]).toEqual([409, expect.stringContaining('personal workspace')]);
    const done = await browser.submit(page, '/shares', { recipients, placement: 'new', workspace: 'Shop' });
    expect(at(done)).toMatch(/^\/approvals\//);
    const made = await api.store.inTeam(world.team.id, (tx) => Workspace.query(tx).findOne({ name: 'Shop' }));
    expect(made?.visibility).toBe('team');
  });

  describe('of an invitation', () => {
    const invite = async (email: string): Promise<{ path: string; id: string }> => {
      const id = await request(email);
      const admin = await api.person(world.admin.id);
      await admin('POST', `/v1/approvals/${id}/decision`, { body: { decision: 'approve' } });
      return { id, path: `/invitations/${await api.mailInvitation(world.team.id, id)}` };
    };

    it('show who invites to what, use nothing up, and let the invited person in (INVITE-11)', async () => {
      const email = address();
      const { path } = await invite(email);
      const before = await api.browser().open(path);
      expect([before.status, before.text]).toEqual([
        200,
        expect.stringContaining(`${world.team.name} invites you`),
      ]);
      const { browser, page } = await api.signedIn(email, path);
      expect(page.text).toMatch(/Sam shares the collection “Orders”/);
      await browser.open(path);
      expect((await browser.open('/')).text).toContain(`You are invited ${world.team.name}`);
      const joined = await browser.submit(page, path);
      expect([joined.status, at(joined)]).toEqual([200, `/e/${world.element.id}`]);
      const members = await api.store.inTeam(world.team.id, (tx) =>
        Member.query(tx).where({ teamId: world.team.id }),
      );
      expect(members.some(({ roles }) => roles.includes('developer'))).toBe(true);
      expect(at(await browser.submit(page, path))).toBe(`/e/${world.element.id}`);
    });

    it('name the wrong account and lead out of it', async () => {
      const email = address();
      const { path } = await invite(email);
      const other = address();
      const { browser, page } = await api.signedIn(other, path);
      expect([page.status, page.text]).toEqual([403, expect.stringContaining(other)]);
      expect(page.text).not.toContain(email);
      const out = await browser.submit(
        { ...page, document: page.document.querySelector('main') ?? page.document },
        '/auth/signout',
      );
      expect([at(out), out.text]).toEqual([path, expect.stringContaining('Sign in')]);
    });

    it('say what it ended with', async () => {
      const [email, late] = [address(), address()];
      const [{ path, id }, expired] = [await invite(email), await invite(late)];
      const admin = await api.person(world.admin.id);
      await admin('DELETE', `/v1/invitations/${id}`);
      const { page } = await api.signedIn(email, path);
      expect([page.status, page.text]).toEqual([410, expect.stringContaining('was taken back')]);
      const { browser } = await api.signedIn(late, expired.path);
      const now = api.store.clock.now;
      jest
        .spyOn(api.store.clock, 'now')
        .mockImplementation(() => new Date(now().getTime() + 31 * 86_400_000));
      jest
        .spyOn(api.processes, 'accept')
        .mockImplementation(() => Promise.reject(new Error('was known from the row')));
      const over = await browser.open(expired.path);
      expect([over.status, over.text]).toEqual([410, expect.stringContaining('has expired')]);
    });

    it('say that the team is full, and that the link stays good', async () => {
      const email = address();
      const { path } = await invite(email);
      const { browser, page } = await api.signedIn(email, path);
      jest.spyOn(api.processes, 'accept').mockResolvedValueOnce('no_seats');
      const full = await browser.submit(page, path);
      expect([full.status, full.text]).toEqual([409, expect.stringContaining('this link keeps working')]);
    });
  });

  it('are pages for errors too: unknown addresses, ids that are none, forms from elsewhere', async () => {
    const { browser } = await api.signedIn(world.sharer.email);
    for (const path of ['/nothing', '/e/no-id', '/approvals/no-id', `/e/${uuid()}`, '/invitations/none']) {
      const page = await browser.open(path);
      expect([path, page.status, page.document.querySelectorAll('h1').length]).toEqual([path, 404, 1]);
    }
    const response = await fetch(`${api.url}/e/${world.element.id}/shares`, {
      method: 'POST',
      headers: {
        accept: 'text/html',
        origin: 'https://evil.test',
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'recipients=x',
    });
    expect([response.status, await response.text()]).toEqual([
      403,
      expect.stringContaining('<h1>Not allowed</h1>'),
    ]);
    const json = await fetch(`${api.url}/nothing`, { headers: { accept: 'application/json' } });
    expect(json.headers.get('content-type')).toContain('application/problem+json');
  });

  it('refuse what no database keeps, and texts that are too long', async () => {
    const id = await request();
    const { browser, page } = await api.signedIn(world.admin.email, `/approvals/${id}`);
    expect((await browser.submit(page, '/deny', { reason: 'a\0b' })).status).toBe(422);
    expect((await browser.submit(page, '/deny', { reason: 'x'.repeat(2_001) })).status).toBe(422);
    expect((await approvalRow(id)).state).toBe('pending');
  });

  it('are kept by no cache, name their language and title, and have a label for every field', async () => {
    const id = await request();
    const { browser } = await api.signedIn(world.admin.email);
    for (const path of ['/', `/approvals/${id}`, `/e/${world.element.id}`]) {
      const { document } = await browser.open(path);
      expect(document.querySelector('html')?.getAttribute('lang')).toBe('en');
      expect(document.querySelector('title')?.text).toMatch(/ · Doorlist$/);
      expect(document.querySelectorAll('h1')).toHaveLength(1);
      const labelled = new Set(
        document.querySelectorAll('label[for]').map((label) => label.getAttribute('for')),
      );
      for (const field of document.querySelectorAll(
        'textarea, select, input:not([type=hidden]):not([type=radio])',
      )) {
        expect(labelled).toContain(field.getAttribute('id'));
      }
      const ids = document.querySelectorAll('[id]').map((each) => each.getAttribute('id'));
      expect(new Set(ids).size).toBe(ids.length);
    }
    expect((await fetch(`${api.url}/`)).headers.get('cache-control')).toBe('no-store');
  });
});
