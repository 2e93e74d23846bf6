import { Element, Member } from '../../store/models';
import { sharingWorld, type SharingWorld } from '../support/sharing-world';
import { startWholeApi, type WholeApi } from '../support/whole-api';
import { worldOf } from '../support/world';

describe('an element’s page with a guest link', () => {
  let api: WholeApi;
  let world: SharingWorld;
  beforeAll(async () => {
    api = await startWholeApi();
    world = await sharingWorld(api.store, { seats: 50 });
  });
  afterAll(() => api.close());

  const setLink = (guestLink: boolean) =>
    api.store.inTeam(world.team.id, (tx) =>
      Element.query(tx).findById(world.element.id).patch({ guestLink }),
    );
  const isGuest = (userId: string) =>
    api.store.inTeam(world.team.id, async (tx) => {
      const member = await Member.query(tx).findById([world.team.id, userId]);
      return member?.roles.includes('guest') ?? false;
    });

  it('lets whoever signs in join by a button, and not by merely opening it (GUEST-1)', async () => {
    await setLink(true);
    const user = await worldOf(api.store).user();
    const { browser, page } = await api.signedIn(user.email, `/e/${world.element.id}`);
    expect([page.status, page.text]).toEqual([200, expect.stringContaining('Join as guest')]);
    expect(page.text).not.toContain(world.element.name);
    expect(await isGuest(user.id)).toBe(false);
    const joined = await browser.submit(page, '/join');
    expect([joined.status, joined.text]).toEqual([200, expect.stringContaining(world.element.name)]);
    expect(await isGuest(user.id)).toBe(true);
  });

  it('shows a stranger nothing while the link is off (GUEST-1)', async () => {
    await setLink(false);
    const user = await worldOf(api.store).user();
    const { page } = await api.signedIn(user.email, `/e/${world.element.id}`);
    expect(page.status).toBe(404);
  });
});
