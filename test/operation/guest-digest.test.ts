import { v7 as uuid } from 'uuid';
import { joinAsGuest } from '../../operations/join-as-guest';
import { setNotificationPreferences } from '../../operations/set-notification-preferences';
import { turnGuestLinkOn } from '../../operations/set-guest-link';
import { Delivery, ElementRoleRow, GuestDigest, Notification, type User } from '../../store/models';
import { openDeliveries } from '../../store/queries/open-deliveries';
import { openTestStore, type TestStore } from '../support/database';
import { manyGuests } from '../support/many-guests';
import { sharingWorld, type SharingWorld } from '../support/sharing-world';
import { byPerson, worldOf } from '../support/world';

const BEGAN = new Date('2026-06-01T12:00:00Z');
const HOUR = 3_600_000;
const after = (ms: number) => new Date(BEGAN.getTime() + ms);

describe('guests who join by a link are told of in a digest (SLACK-5)', () => {
  let store: TestStore;
  let world: SharingWorld;
  let teamId: string;

  beforeAll(async () => {
    store = await openTestStore();
  });
  afterAll(() => store.close());
  beforeEach(async () => {
    world = await sharingWorld(store);
    teamId = world.team.id;
    await worldOf(store).workspaceRole(world.workspace, world.admin.id, 'admin');
    await turnGuestLinkOn(store, byPerson(world.sharer.id), { elementId: world.element.id, teamId });
  });

  const inTeam = <T>(work: Parameters<typeof store.inTeam<T>>[1]) => store.inTeam(teamId, work);
  const join = async (name: string, asOf = BEGAN): Promise<User> => {
    const user = await worldOf(store).user({ name });
    await joinAsGuest(store, byPerson(user.id, asOf), {
      ...{ elementId: world.element.id, teamId, publicUrl: 'https://doorlist.test' },
    });
    return user;
  };
  const leave = ({ id: userId }: User) => inTeam((tx) => ElementRoleRow.query(tx).delete().where({ userId }));
  const titles = async (of: User) =>
    (await inTeam((tx) => Notification.query(tx).where({ userId: of.id, inApp: true }).orderBy('id'))).map(
      ({ title }) => title,
    );
  const send = async (asOf: Date) => {
    const due = { teamId, shareId: null, channel: 'email', asOf } as const;
    const { open } = await inTeam((tx) => openDeliveries(tx, due, 100));
    return open.map(({ email, notification: { title } }) => ({ email, title }));
  };

  it('to the Editors and Admins by name, an hour after the first of them', async () => {
    await worldOf(store).member(teamId, ['admin']);
    const guests = [await join('Gus'), await join('Ann', after(60_000)), await join('Zoe', after(HOUR - 1))];
    const title = '3 guests joined “Orders”: Gus, Ann, Zoe';
    for (const reader of [world.sharer, world.admin]) expect(await titles(reader)).toEqual([title]);
    for (const guest of guests) expect(await titles(guest)).toEqual([]);
    expect(await send(after(HOUR - 1))).toEqual([]);
    const mails = await send(after(HOUR));
    expect(mails.map(({ email }) => email).sort()).toEqual([world.admin.email, world.sharer.email].sort());
    expect(new Set(mails.map((mail) => mail.title))).toEqual(new Set([title]));
  });

  it('at the end of quiet hours that hold then, and on the ways that each wants', async () => {
    const quietHours = { from: '12:30', to: '15:00', timeZone: 'UTC' };
    await setNotificationPreferences(store, world.sharer.id, { topics: {}, quietHours });
    const topics = { digest: { email: false } };
    await setNotificationPreferences(store, world.admin.id, { topics, quietHours: null });
    await join('Gus');
    await join('Ann', after(2 * HOUR));
    expect(await titles(world.admin)).toEqual([
      '1 guest joined “Orders”: Gus',
      '1 guest joined “Orders”: Ann',
    ]);
    expect(await send(after(3 * HOUR - 1))).toEqual([]);
    expect(await send(after(3 * HOUR))).toEqual([
      { email: world.sharer.email, title: '2 guests joined “Orders”: Gus, Ann' },
    ]);
  });

  it('without those who left before, and not at all when all have', async () => {
    const gus = await join('Gus');
    const ann = await join('Ann');
    await leave(gus);
    expect(new Set((await send(after(HOUR))).map(({ title }) => title))).toEqual(
      new Set(['1 guest joined “Orders”: Ann']),
    );
    const late = await join('Zoe', after(HOUR));
    await leave(late);
    await leave(ann);
    await inTeam((tx) =>
      Delivery.query(tx)
        .where({ teamId })
        .whereNull('closedAt')
        .patch({ sentAt: BEGAN })
        .where('dueAt', '<=', after(HOUR)),
    );
    expect(await send(after(2 * HOUR))).toEqual([]);
    expect(await titles(world.sharer)).toEqual(['1 guest joined “Orders”: Ann']);
  });

  it('not to somebody who has nothing to say there any more', async () => {
    await join('Gus');
    await leave(world.sharer);
    expect((await send(after(HOUR))).map(({ email }) => email)).toEqual([world.admin.email]);
  });

  it('together when they join at once', async () => {
    await Promise.all(['Gus', 'Ann', 'Zoe', 'Kim'].map((name) => join(name)));
    for (const reader of [world.sharer, world.admin]) {
      expect(await titles(reader)).toEqual([expect.stringMatching(/^4 guests joined “Orders”: /)]);
    }
  });

  it('in a row that is no longer for a thousand than for one, whoever was first in line', async () => {
    const size = async () => {
      const { rows } = await inTeam((tx) =>
        tx.raw<{ rows: { size: number }[] }>(
          'select pg_column_size(d.*) as size from guest_digests d where user_id = ?',
          [world.admin.id],
        ),
      );
      return rows.map((row) => row.size);
    };
    await join('Gus', after(1));
    const [before] = await size();
    await manyGuests(store, teamId, [world.element.id], 1_000, after(2));
    // Ann asked before Gus, and waited longer for the team's row.
    await join('Ann');
    expect(await titles(world.admin)).toEqual([
      expect.stringMatching(/^1002 guests joined “Orders”: Ann, Gus, Guest .* and 997 more$/),
    ]);
    expect(await size()).toEqual([before]);
  });

  it('all, also when one joins while the digest goes out', async () => {
    await join('Gus');
    const [sent] = await Promise.all([send(after(HOUR)), join('Ann', after(HOUR - 1))]);
    const told = [...sent, ...(await send(after(3 * HOUR)))].filter(
      ({ email }) => email === world.admin.email,
    );
    const said = told.map(({ title }) => title).join(' ');
    expect(said).toContain('Gus');
    expect(said).toContain('Ann');
  });

  it('by one open digest for a reader and a collection: the table takes no second', async () => {
    await join('Gus');
    const [first] = await inTeam((tx) => GuestDigest.query(tx).where({ userId: world.admin.id }));
    if (first === undefined) throw new Error('no digest began');
    const copy = inTeam(async (tx) => {
      const notice = await Notification.query(tx).findById(first.notificationId).throwIfNotFound();
      const id = uuid();
      await Notification.query(tx).insert(notice.$set({ id, dedupeKey: id }));
      await GuestDigest.query(tx).insert(first.$set({ notificationId: id }));
    });
    await expect(copy).rejects.toThrow('guest_digest_open');
  });
});
