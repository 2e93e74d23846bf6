import { MockActivityEnvironment } from '@temporalio/testing';
import { v7 as uuid } from 'uuid';
import { noticeActivities } from '../../activities/notices';
import { setNotificationPreferences } from '../../operations/set-notification-preferences';
import { shareElement } from '../../operations/share-element';
import {
  Delivery,
  ElementRoleRow,
  Group,
  GroupMember,
  Member,
  Notification,
  type User,
} from '../../store/models';
import { openTestStore, type TestStore } from '../support/database';
import { playedMail, type PlayedMail } from '../support/played-mail';
import { sharingWorld, type SharingWorld } from '../support/sharing-world';
import { unusedProcesses } from '../support/unused-processes';
import { byPerson, worldOf } from '../support/world';

describe('members whom something was shared with (SHARE-3)', () => {
  let store: TestStore;
  let mailer: PlayedMail;
  let team: SharingWorld;
  let held: string[];

  beforeAll(async () => {
    store = await openTestStore();
  });
  afterAll(() => store.close());
  beforeEach(async () => {
    mailer = playedMail();
    held = [];
    team = await sharingWorld(store);
  });

  async function group(...members: User[]): Promise<string> {
    const id = uuid();
    const teamId = team.team.id;
    await store.inTeam(teamId, async (tx) => {
      await Group.query(tx).insert({ id, teamId, name: 'Backend', createdAt: new Date() });
      for (const { id: userId } of members)
        await GroupMember.query(tx).insert({ groupId: id, userId, teamId });
    });
    return id;
  }
  async function given(recipients: Parameters<typeof shareElement>[2]['recipients']) {
    const [shareId, teamId] = [uuid(), team.team.id];
    const input = { shareId, teamId, elementId: team.element.id, recipients };
    await shareElement(store, byPerson(team.sharer.id), input);
    const deps = { store, mailer, publicUrl: 'https://doorlist.test', fallbackEmail: null };
    const processes = {
      ...unusedProcesses,
      noticesHeld: (id: string) => Promise.resolve(void held.push(id)),
    };
    const { writeNotices, mailNotices } = noticeActivities({ ...deps, processes });
    const run = <A extends unknown[], T>(activity: (...args: A) => Promise<T>, ...args: A): Promise<T> =>
      new MockActivityEnvironment().run(activity, ...args);
    const write = (asOf = Date.now()) => run(writeNotices, { shareId, teamId, after: null, asOf });
    const mail = (asOf = Date.now(), ofShare: string | null = shareId) =>
      run(mailNotices, { shareId: ofShare, teamId, asOf });
    return {
      write,
      mail,
      tell: async (): Promise<number> => {
        const { told } = await write();
        await mail();
        return told;
      },
    };
  }
  /** Tells twice: a repeat changes nothing. */
  async function shareAndTell(...of: Parameters<typeof given>): Promise<number> {
    const share = await given(...of);
    await share.tell();
    return share.tell();
  }
  const member = () => worldOf(store).member(team.team.id, ['developer']);

  it('are told once each, also when named by a group as well, and with the stronger role', async () => {
    const [one, other] = [await member(), await member()];
    const groupId = await group(one, other);
    const told = await shareAndTell([
      { userId: one.id, role: 'editor' },
      { groupId, role: 'viewer' },
    ]);
    expect(told).toBe(2);
    const to = (user: User) => mailer.outbox.filter((mail) => mail.to === user.email);
    expect([to(one).length, to(other).length]).toEqual([1, 1]);
    expect(to(one)[0]?.text).toContain('editor');
    expect(to(other)[0]?.text).toContain('viewer');
    const notes = await store.inTeam(team.team.id, (tx) => Notification.query(tx).where({ topic: 'shares' }));
    expect(new Set(notes.map(({ userId }) => userId))).toEqual(new Set([one.id, other.id]));
  });

  it('are not told of their own doing', async () => {
    const other = await member();
    const groupId = await group(team.sharer, other);
    expect(await shareAndTell([{ groupId }])).toBe(1);
    expect(mailer.outbox.map(({ to }) => to)).toEqual([other.email]);
  });

  it('are told although the mail to another fails: it is sent when the step is repeated', async () => {
    const [one, other] = [await member(), await member()];
    mailer.next.push('refused');
    const recipients = [{ userId: one.id }, { userId: other.id }];
    const share = await given(recipients);
    await expect(share.tell()).rejects.toThrow('refused');
    expect(mailer.outbox).toHaveLength(1);
    await share.tell();
    expect(mailer.outbox.map(({ to }) => to).sort()).toEqual([one.email, other.email].sort());
  });

  it('are told although another has no mailbox any more, who is given up', async () => {
    const [one, other] = [await member(), await member()];
    mailer.next.push('unknown');
    await (await given([{ userId: one.id }, { userId: other.id }])).tell();
    expect(mailer.outbox).toHaveLength(1);
  });

  const notesOf = (user: User) =>
    store.inTeam(team.team.id, (tx) => Notification.query(tx).where({ userId: user.id }));

  it('are told who shared what with them, as what, and with which words; it leads to the element', async () => {
    const one = await member();
    await shareAndTell([{ userId: one.id, role: 'editor' }]);
    const title = 'Sam shared the collection “Orders” with you as editor';
    const url = `https://doorlist.test/e/${team.element.id}`;
    expect(await notesOf(one)).toMatchObject([{ title, url, topic: 'shares', event: 'element.shared' }]);
    expect(mailer.outbox).toMatchObject([{ subject: title, text: expect.stringContaining(url) as string }]);
  });

  it('are told on the ways that they want alone (SLACK-5)', async () => {
    const [noMail, noApp] = [await member(), await member()];
    const wish = (user: User, shares: { email?: boolean; inApp?: boolean }) =>
      setNotificationPreferences(store, user.id, { topics: { shares }, quietHours: null });
    await wish(noMail, { email: false });
    await wish(noApp, { inApp: false });
    expect(await shareAndTell([{ userId: noMail.id }, { userId: noApp.id }])).toBe(2);
    expect(mailer.outbox.map(({ to }) => to)).toEqual([noApp.email]);
    expect(await notesOf(noMail)).toMatchObject([{ inApp: true }]);
    expect(await notesOf(noApp)).toMatchObject([{ inApp: false }]);
  });

  it('are mailed at the end of their quiet hours, and see it in the app at once (SLACK-5)', async () => {
    const one = await member();
    const quietHours = { from: '22:00', to: '07:00', timeZone: 'UTC' };
    await setNotificationPreferences(store, one.id, { topics: {}, quietHours });
    const share = await given([{ userId: one.id }]);
    const night = Date.parse('2026-06-01T23:00:00Z');
    expect(await share.write(night)).toMatchObject({ told: 1, held: 1 });
    expect(held).toEqual([team.team.id]);
    expect(await notesOf(one)).toHaveLength(1);
    await share.mail(night);
    await share.mail(Date.parse('2026-06-02T06:59:59Z'), null);
    expect(mailer.outbox).toEqual([]);
    for (let repeat = 0; repeat < 2; repeat += 1) await share.mail(Date.parse('2026-06-02T07:00:00Z'), null);
    expect(mailer.outbox.map(({ to }) => to)).toEqual([one.email]);
  });

  it('are not told of what they have lost meanwhile, neither before it is written nor after', async () => {
    const [before, left, after] = [await member(), await member(), await member()];
    const teamId = team.team.id;
    const share = await given([before, left, after].map(({ id }) => ({ userId: id })));
    const lose = (user: User) =>
      store.inTeam(teamId, (tx) => ElementRoleRow.query(tx).delete().where({ userId: user.id }));
    await lose(before);
    await store.inTeam(teamId, (tx) => Member.query(tx).deleteById([teamId, left.id]));
    expect(await share.write()).toMatchObject({ told: 1 });
    await lose(after);
    await share.mail();
    expect(mailer.outbox).toEqual([]);
    expect(await notesOf(before)).toEqual([]);
    const [closed] = await Delivery.query(store.knex).where({ teamId });
    expect([closed?.sentAt, closed?.closedAt]).toEqual([null, expect.any(Date)]);
  });
});
