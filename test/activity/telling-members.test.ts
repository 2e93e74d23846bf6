import { MockActivityEnvironment } from '@temporalio/testing';
import { v7 as uuid } from 'uuid';
import { shareActivities } from '../../activities/shares';
import { shareElement } from '../../operations/share-element';
import { Group, GroupMember, Notification, type User } from '../../store/models';
import { openTestStore, type TestStore } from '../support/database';
import { playedMail, type PlayedMail } from '../support/played-mail';
import { sharingWorld, type SharingWorld } from '../support/sharing-world';
import { unusedProcesses } from '../support/unused-processes';
import { byPerson, worldOf } from '../support/world';

describe('members whom something was shared with (SHARE-3)', () => {
  let store: TestStore;
  let mailer: PlayedMail;
  let team: SharingWorld;

  beforeAll(async () => {
    store = await openTestStore();
  });
  afterAll(() => store.close());
  beforeEach(async () => {
    mailer = playedMail();
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
    const deps = { store, mailer, processes: unusedProcesses, publicUrl: 'https://doorlist.test' };
    const { tellRecipients } = shareActivities({ ...deps, fallbackEmail: null });
    return {
      tell: (): Promise<number> => new MockActivityEnvironment().run(tellRecipients, { shareId, teamId }),
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
});
