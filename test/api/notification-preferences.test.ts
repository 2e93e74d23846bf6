import { v7 as uuid } from 'uuid';
import { TOPICS } from '../../domain/notices';
import { Notification } from '../../store/models';
import type { Call } from '../support/api-client';
import { startWholeApi, type WholeApi } from '../support/whole-api';
import { worldOf } from '../support/world';

describe('what a person wants to be told (SLACK-5)', () => {
  let api: WholeApi;
  let me: Call;
  let person: { id: string; email: string };
  const path = '/v1/me/notification-preferences';
  const on = { slack: true, email: true, inApp: true };

  beforeAll(async () => {
    api = await startWholeApi();
  });
  afterAll(() => api.close());
  beforeEach(async () => {
    person = await worldOf(api.store).user();
    me = await api.person(person.id);
  });

  const tell = async (given: { read?: boolean; inApp?: boolean } = {}): Promise<string> => {
    const id = uuid();
    const text = {
      topic: 'shares' as const,
      event: 'element.shared',
      title: `Title ${id}`,
      body: '<b>',
      url: '/',
    };
    const at = { createdAt: new Date(), readAt: given.read === true ? new Date() : null };
    await api.store.inTeam(null, (tx) =>
      Notification.query(tx).insert({
        ...{ id, userId: person.id, teamId: null, dedupeKey: id, inApp: given.inApp ?? true },
        ...text,
        ...at,
      }),
    );
    return id;
  };

  it('is everything, at any hour, until they say otherwise', async () => {
    const { status, body } = await me('GET', path);
    expect([status, body]).toEqual([200, { topics: Object.fromEntries(TOPICS.map((topic) => [topic, on])) }]);
  });

  it('is what they put last, and what they leave out is on', async () => {
    const quietHours = { from: '22:00', to: '07:00', timeZone: 'Europe/Berlin' };
    const put = await me('PUT', path, { body: { topics: { shares: { email: false } }, quietHours } });
    expect(put.status).toBe(200);
    expect(put.body).toMatchObject({ topics: { shares: { ...on, email: false }, keys: on }, quietHours });
    expect((await me('GET', path)).body).toEqual(put.body);
    const again = await me('PUT', path, { body: { topics: { digest: { ...on, slack: false } } } });
    expect(again.body).toMatchObject({ topics: { shares: on, digest: { ...on, slack: false } } });
    expect(again.body).not.toHaveProperty('quietHours');
  });

  it.each([
    ['an unknown topic', { topics: { cats: on } }],
    ['an unknown way', { topics: { shares: { fax: true } } }],
    ['no time of day', { topics: {}, quietHours: { from: '24:00', to: '07:00', timeZone: 'UTC' } }],
    ['no time zone', { topics: {}, quietHours: { from: '22:00', to: '07:00', timeZone: 'Europe/Atlantis' } }],
    ['no time at all', { topics: {}, quietHours: { from: '07:00', to: '07:00', timeZone: 'UTC' } }],
  ])('is refused with %s', async (_what, body) => {
    const refused = await me('PUT', path, { body });
    expect([refused.status, refused.body['code']]).toEqual([422, 'invalid_request']);
  });

  it('lists what is unread alone where asked, and never what they do not want in the app', async () => {
    const [read, unread] = [await tell({ read: true }), await tell()];
    await tell({ inApp: false });
    const ids = async (query: string) =>
      (await me('GET', `/v1/me/notifications${query}`)).body.data?.map((row) => row['id']);
    expect(await ids('')).toEqual([unread, read]);
    expect(await ids('?unread=true')).toEqual([unread]);
    expect(await ids('?unread=false&limit=1')).toEqual([unread]);
    expect((await me('GET', '/v1/me/notifications?unread=maybe')).status).toBe(422);
  });

  it('has a page, on which they read, mark and choose (WEB-4)', async () => {
    const id = await tell();
    const { browser, page } = await api.signedIn(person.email, '/notifications');
    expect(page.text).toContain(`Title ${id}new`);
    expect((await browser.submit(page, '/notifications/read')).text).not.toContain('new');
    const hours = { from: '22:00', to: '06:00', timeZone: 'Asia/Tokyo' };
    const saved = await browser.submit(page, '/notifications/preferences', {
      'shares.email': 'on',
      ...hours,
    });
    expect(saved.status).toBe(200);
    expect((await me('GET', path)).body).toMatchObject({
      topics: { shares: { email: true }, approvals: { inApp: false } },
      quietHours: hours,
    });
    const bad = await browser.submit(page, '/notifications/preferences', { ...hours, timeZone: 'Nowhere' });
    expect(bad.status).toBe(422);
  });
});
