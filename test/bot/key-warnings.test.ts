import { v7 as uuid } from 'uuid';
import { keyringActivities } from '../../activities/keyring';
import { slackNoticeActivities } from '../../activities/slack-notices';
import { eventually } from '../../embedded/tour/eventually';
import { createAccessKey } from '../../operations/create-access-key';
import { setNotificationPreferences } from '../../operations/set-notification-preferences';
import { AccessKey, AuditEvent, Member, Notification, type User } from '../../store/models';
import { startTestBot, type TestBot } from '../support/bot';
import { byPerson } from '../support/world';

const DAY = 86_400_000;

describe('warnings of access keys in Slack (KEY-4, SLACK-5)', () => {
  let bot: TestBot;
  beforeEach(async () => {
    bot = await startTestBot();
    Object.assign(bot.processes, { keysChanged: () => Promise.resolve(true) });
  });
  afterEach(() => bot.close());

  /** Ben's key, idle for this long, and what its owner is told of it. */
  const warned = async ({ idleDays = 53, keys = 1 } = {}) => {
    const { store, world, teamId, people, deps } = bot;
    const workspace = await world.workspace(teamId);
    const element = await world.element(workspace, { name: '<!channel> Orders' });
    await world.elementRole(element, people.ben.id, 'viewer');
    const made = new Date(Date.now() - idleDays * DAY);
    const ids = Array.from({ length: keys }, () => uuid());
    for (const id of ids) {
      await createAccessKey(store, byPerson(people.ben.id, made), {
        ...{ id, elementId: element.id, teamId, name: null },
      });
    }
    const processes = deps.processes;
    const keyring = keyringActivities({
      ...{ store, processes, publicUrl: 'http://doorlist.test', fallbackEmail: null },
      mailer: { send: () => Promise.resolve(), close: () => undefined },
    });
    const standing = await keyring.tendKeys({ teamId, asOf: Date.now() });
    const slack = slackNoticeActivities({ store, slack: deps.slack, publicUrl: 'http://doorlist.test' });
    await slack.sendDirectNotices({ teamId, shareId: teamId, asOf: Date.now() });
    return { id: ids[0] ?? '', element, standing };
  };
  const messages = (user: User) => bot.slack.control.messages({ channel: bot.slackIdOf(user) });
  const warning = async (user: User) =>
    (await messages(user)).find(({ text }) => text.includes('access key'));
  const press = async (text: string, by: User = bot.people.ben) => {
    const { channel = '', ts = '' } = (await warning(bot.people.ben)) ?? {};
    const sent = { user: bot.slackIdOf(by), channel, ts, text };
    expect(await bot.slack.control.click(sent)).toMatchObject({ ok: true });
  };
  const row = (id: string) =>
    bot.store.inTeam(bot.teamId, (tx) => AccessKey.query(tx).findById(id).throwIfNotFound());
  const redrawn = (words: string) =>
    eventually(
      words,
      async () => {
        const card = await warning(bot.people.ben);
        return JSON.stringify(card?.blocks).includes(words) ? (card ?? null) : null;
      },
      5_000,
    );
  const actor = async (id: string, action: string) => {
    const lines = await bot.store.inTeam(bot.teamId, (tx) =>
      AuditEvent.query(tx).where({ targetId: id, action }),
    );
    return lines.map((line) => [line.source, line.actor.userId]);
  };

  it('name the key by its end alone, and what a person typed mentions nobody (SLACK-2)', async () => {
    const { id } = await warned();
    const card = await warning(bot.people.ben);
    expect(card?.text).toContain(`(…${(await row(id)).tail})`);
    expect(card?.text).toContain('&lt;!channel&gt;');
    expect(JSON.stringify(card?.blocks)).toContain('Keep');
    expect(await messages(bot.people.ada)).toEqual([]);
  });

  it('Keep counts as a use, and the warning shows until when the key lives now', async () => {
    const { id } = await warned();
    await press('Keep');
    expect(JSON.stringify((await redrawn('was kept')).blocks)).not.toContain('Revoke');
    expect((await row(id)).lastUsedAt).not.toBeNull();
    expect(await actor(id, 'collection_access_key.kept')).toEqual([['slack', bot.people.ben.id]]);
  });

  it('Revoke ends the key for good, and the warning says so (KEY-5)', async () => {
    const { id } = await warned();
    await press('Revoke');
    await redrawn('was revoked');
    expect(await row(id)).toMatchObject({ endReason: 'revoked', endedBy: bot.people.ben.id });
  });

  it('show what became of a key that ended meanwhile, and bring none back (KEY-4)', async () => {
    const { id } = await warned({ idleDays: 59 });
    await bot.store.inTeam(bot.teamId, (tx) =>
      AccessKey.query(tx).findById(id).patch({ endedAt: new Date(), endReason: 'expired' }),
    );
    await press('Keep');
    await redrawn('ended.');
    expect(await row(id)).toMatchObject({ endReason: 'expired', lastUsedAt: null });
  });

  it('count no click of whoever has left the team, and tell them alone (KEY-5)', async () => {
    const { id } = await warned();
    const { ben } = bot.people;
    await bot.store.inTeam(bot.teamId, (tx) => Member.query(tx).deleteById([bot.teamId, ben.id]));
    await press('Revoke');
    await eventually(
      'the word',
      async () => {
        const channel = bot.slackIdOf(ben);
        const notes = await bot.slack.control.messages({ channel, user: channel });
        return notes.some(({ text }) => text.includes('no longer there')) ? true : null;
      },
      5_000,
    );
    expect(await row(id)).toMatchObject({ endedAt: null, lastUsedAt: null });
    expect(JSON.stringify((await warning(ben))?.blocks)).toContain('Keep');
  });

  it('go on the ways that their owner left open, and of very many keys one goes for all (SLACK-5)', async () => {
    const { ben } = bot.people;
    await setNotificationPreferences(bot.store, ben.id, {
      topics: { keys: { slack: false } },
      quietHours: null,
    });
    expect((await warned()).standing).toMatchObject({ warned: 1, untold: 1, unsaid: 0 });
    expect(await messages(ben)).toEqual([]);
    await setNotificationPreferences(bot.store, ben.id, { topics: {}, quietHours: null });
    expect((await warned({ keys: 12 })).standing).toMatchObject({ warned: 12, unsaid: 1 });
    const card = await warning(ben);
    expect(card?.text).toContain('12 access keys of');
    expect(JSON.stringify(card?.blocks)).not.toContain('Keep');
    const notices = await bot.store.inTeam(bot.teamId, (tx) =>
      Notification.query(tx).where({ topic: 'keys' }),
    );
    expect(notices).toHaveLength(2);
  });
});
