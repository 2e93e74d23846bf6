import { v7 as uuid } from 'uuid';
import { slackNoticeActivities } from '../../activities/slack-notices';
import type { Visibility } from '../../domain/roles';
import { DIGEST_MS } from '../../domain/guest-digest';
import { joinAsGuest } from '../../operations/join-as-guest';
import { turnGuestLinkOn } from '../../operations/set-guest-link';
import { setNotificationPreferences } from '../../operations/set-notification-preferences';
import { shareElement } from '../../operations/share-element';
import { writeShareNotices } from '../../operations/write-share-notices';
import { TeamSlack, type User } from '../../store/models';
import { startTestBot, type TestBot } from '../support/bot';
import { byPerson } from '../support/world';

const EVIL = '<!channel> <https://evil.test|here> *Orders*';

/** The texts of a message in which Slack would follow mentions and links. */
function markdownIn(blocks: readonly unknown[]): readonly string[] {
  type Text = { readonly type: string; readonly text: string };
  return (blocks as readonly { readonly text?: Text; readonly elements?: readonly Text[] }[])
    .flatMap(({ text, elements = [] }) => (text === undefined ? elements : [text, ...elements]))
    .flatMap(({ type, text }) => (type === 'mrkdwn' ? text : []));
}

describe('notices of a share in Slack (SHARE-3)', () => {
  let bot: TestBot;
  let announceChannel: string;
  let notices: ReturnType<typeof slackNoticeActivities>;

  beforeEach(async () => {
    bot = await startTestBot();
    const { store, slack, deps, teamId } = bot;
    const members = Object.values(bot.people).map((user) => bot.slackIdOf(user));
    announceChannel = (await slack.control.ensureChannel({ name: 'shares', members })).id;
    await store.inTeam(teamId, (tx) => TeamSlack.query(tx).findById(teamId).patch({ announceChannel }));
    notices = slackNoticeActivities({ store, slack: deps.slack, publicUrl: 'http://doorlist.test' });
  });
  afterEach(() => bot.close());

  const share = async (
    to: readonly User[],
    given: { message?: string; visibility?: Visibility; quiet?: Date } = {},
  ) => {
    const { store, world, teamId, people } = bot;
    const workspace = await world.workspace(teamId, given.visibility ?? 'team');
    const element = await world.element(workspace, { name: EVIL });
    await world.elementRole(element, people.ben.id, 'editor');
    const shareId = uuid();
    await shareElement(store, byPerson(people.ben.id), {
      ...{ shareId, teamId, elementId: element.id, recipients: to.map(({ id }) => ({ userId: id })) },
      ...(given.message === undefined ? {} : { message: given.message }),
    });
    const page = { shareId, teamId, after: null, publicUrl: 'http://doorlist.test' };
    await writeShareNotices(store, { ...page, asOf: given.quiet ?? new Date() });
    return { shareId, teamId };
  };
  const say = (of: { shareId: string; teamId: string }) =>
    notices.sendDirectNotices({ ...of, asOf: Date.now() });
  const posts = async () =>
    (await bot.slack.control.calls({ method: 'chat.postMessage' })).map(({ args }) => JSON.stringify(args));
  const announced = () => bot.slack.control.messages({ channel: announceChannel });

  it('go to each person once, name all, lead to the element, and let nobody forge a mention or a link', async () => {
    const { ada, grace } = bot.people;
    const of = await share([ada, grace], { message: `Look: ${EVIL}` });
    expect(await say(of)).toEqual({ done: 2, isMore: false });
    expect(await say(of)).toEqual({ done: 0, isMore: false });
    const said = await posts();
    expect(said).toHaveLength(2);
    for (const one of said) {
      expect(one).toContain('Ben Torres shared the collection');
      expect(one).toContain('with you as viewer');
      expect(one).toContain('http://doorlist.test/e/');
      expect(one).toContain('&lt;!channel&gt;');
      const { blocks } = JSON.parse(one) as { blocks: string | object[] };
      const drawn = (typeof blocks === 'string' ? JSON.parse(blocks) : blocks) as readonly unknown[];
      expect(markdownIn(drawn).filter((text) => text.includes('channel'))).toEqual([]);
    }
  });

  it('do not go to whom does not want them there, nor to whom has quiet hours (SLACK-5)', async () => {
    const { ada, grace } = bot.people;
    await setNotificationPreferences(bot.store, ada.id, {
      topics: { shares: { slack: false } },
      quietHours: null,
    });
    const quietHours = { from: '22:00', to: '07:00', timeZone: 'UTC' };
    await setNotificationPreferences(bot.store, grace.id, { topics: {}, quietHours });
    const of = await share([ada, grace], { quiet: new Date('2026-01-01T23:00:00Z') });
    expect(await say(of)).toEqual({ done: 0, isMore: false });
    expect(await posts()).toEqual([]);
    const morning = { teamId: of.teamId, shareId: null, asOf: Date.parse('2026-01-02T07:00:00Z') };
    expect(await notices.sendDirectNotices(morning)).toMatchObject({ done: 1 });
    expect(await posts()).toHaveLength(1);
  });

  it('wait as long as Slack asks, and are looked up before another try after a lost answer (SLACK-9)', async () => {
    const of = await share([bot.people.ada]);
    const { control } = bot.slack;
    await control.addFault({ method: 'chat.postMessage', kind: 'rate_limited', retryAfterSeconds: 7 });
    await expect(say(of)).rejects.toMatchObject({ type: 'SlackRateLimited', nextRetryDelay: 7_000 });
    await control.addFault({ method: 'chat.postMessage', kind: 'reset_after_accepting' });
    await expect(say(of)).rejects.toMatchObject({ type: 'SlackUnreachable' });
    expect(await say(of)).toMatchObject({ done: 1 });
    const messages = await control.messages({ channel: bot.slackIdOf(bot.people.ada) });
    expect(messages).toHaveLength(1);
  });

  it('stand in the team’s channel once, by name alone', async () => {
    const of = await share([bot.people.ada, bot.people.grace], { message: 'For your eyes only' });
    expect(await notices.announceShare(of)).toBe(true);
    expect(await notices.announceShare(of)).toBe(true);
    const there = await announced();
    expect(there).toHaveLength(1);
    expect(JSON.stringify(there)).not.toContain('For your eyes only');
  });

  it('do not stand there where not all of the team may know of the element', async () => {
    expect(await notices.announceShare(await share([bot.people.ada], { visibility: 'private' }))).toBe(false);
    expect(await announced()).toEqual([]);
  });
});

describe('the digest of guests who joined, in Slack (SLACK-5)', () => {
  let bot: TestBot;
  beforeEach(async () => {
    bot = await startTestBot();
  });
  afterEach(() => bot.close());

  it('is one direct message to each reader when it is due, leads to the collection, and lets no guest’s name forge anything', async () => {
    const { store, slack, deps, teamId, world } = bot;
    const { ada, ben, grace } = bot.people;
    const publicUrl = 'http://doorlist.test';
    const workspace = await world.workspace(teamId);
    await world.workspaceRole(workspace, ada.id, 'admin');
    const element = await world.element(workspace);
    await world.elementRole(element, ben.id, 'editor');
    const on = { elementId: element.id, teamId };
    await turnGuestLinkOn(store, byPerson(ben.id), on);
    const began = Date.now();
    for (const name of [EVIL, 'Ann']) {
      const guest = await world.user({ name });
      await joinAsGuest(store, byPerson(guest.id, new Date(began)), { ...on, publicUrl });
    }
    const notices = slackNoticeActivities({ store, slack: deps.slack, publicUrl });
    const say = (asOf: number) => notices.sendDirectNotices({ teamId, shareId: null, asOf });
    const due = began + DIGEST_MS;
    expect(await say(due - 1)).toEqual({ done: 0, isMore: false });
    expect(await say(due)).toEqual({ done: 2, isMore: false });
    expect(await say(due)).toEqual({ done: 0, isMore: false });
    for (const reader of [ada, ben]) {
      const messages = await slack.control.messages({ channel: bot.slackIdOf(reader) });
      expect(messages).toHaveLength(1);
      const said = JSON.stringify(messages);
      expect(said).toContain('2 guests joined “Orders”');
      expect(said).toContain('Ann');
      expect(said).toContain(`${publicUrl}/e/${element.id}`);
      expect(messages[0]?.text).toContain('&lt;!channel&gt;');
      expect(markdownIn(messages[0]?.blocks ?? []).filter((text) => text.includes('channel'))).toEqual([]);
    }
    // Who has no say over the collection hears nothing of it.
    expect(await slack.control.messages({ channel: bot.slackIdOf(grace) }).catch(() => [])).toEqual([]);
  });
});
