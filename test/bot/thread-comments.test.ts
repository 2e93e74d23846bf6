import { v7 as uuid } from 'uuid';
import { eventually } from '../../embedded/tour/eventually';
import { besideDeciding } from '../../operations/beside-deciding';
import { withdrawApproval } from '../../operations/withdraw-approval';
import { ApprovalEvent, AuditEvent, SlackInboxEntry, type User } from '../../store/models';
import { startTestBot, type TestBot } from '../support/bot';
import { byPerson } from '../support/world';

describe('what people write in the thread of a card (INVITE-8)', () => {
  let bot: TestBot;
  let id: string;
  let channelTs: string;

  beforeAll(async () => {
    bot = await startTestBot();
  });
  afterAll(() => bot.close());
  beforeEach(async () => {
    id = await bot.request();
    await bot.draw(id);
    channelTs = (await cardIn(bot.channel)).ts;
  });

  const messages = (channel: string) => bot.slack.control.messages({ channel });
  const cardIn = async (channel: string) => {
    const card = (await messages(channel)).find(({ blocks }) => JSON.stringify(blocks).includes(`apr:${id}`));
    if (card === undefined) throw new Error('there is no card');
    return card;
  };
  const say = (user: User, text: string, channel = bot.channel, threadTs = channelTs) =>
    bot.slack.control.say({ user: bot.slackIdOf(user), channel, text, threadTs });
  const comments = () =>
    bot.store.inTeam(bot.teamId, (tx) =>
      ApprovalEvent.query(tx).where({ approvalId: id, type: 'commented' }).orderBy('id'),
    );
  const commented = (count = 1) =>
    eventually(
      `${count} comments`,
      async () => {
        const found = await comments();
        return found.length >= count ? found : null;
      },
      5_000,
    );
  const thread = async (channel = bot.channel, ts = channelTs) =>
    (await messages(channel)).filter(
      ({ threadTs, ephemeralTo }) => threadTs === ts && ephemeralTo === undefined,
    );
  const noteTo = (slackUser: string, words: string, channel = bot.channel) =>
    eventually(
      words,
      async () => {
        const seen = await bot.slack.control.messages({ channel, user: slackUser });
        return (
          seen.find(({ ephemeralTo, text }) => ephemeralTo === slackUser && text.includes(words)) ?? null
        );
      },
      5_000,
    );
  /** What is said to one person alone in a thread. */
  const notesTo = async (slackUser: string, channel = bot.channel, ts = channelTs) =>
    (await bot.slack.control.messages({ channel, user: slackUser })).filter(
      ({ ephemeralTo, threadTs }) => ephemeralTo === slackUser && threadTs === ts,
    );
  /** Until all that Slack told of is worked off. */
  const idle = () =>
    eventually(
      'the inbox',
      async () => {
        const open = await SlackInboxEntry.query(bot.store.knex).whereNull('doneAt');
        return open.length === 0 ? true : null;
      },
      5_000,
    );

  it('is a comment of the request, word for word, with who wrote it and from where', async () => {
    const { ben, grace } = bot.people;
    const said = `Is <b> & "c" meant? *Ask* <@${bot.slackIdOf(grace)}> 日本 🙂`;
    // Slack's window escapes what people type, but for whom they pick as mentioned.
    await bot.slack.control.event({
      event: {
        ...{ type: 'message', channel: bot.channel, channel_type: 'channel', ts: '1790000000.000100' },
        ...{ user: bot.slackIdOf(ben), team: bot.slack.teamId, thread_ts: channelTs },
        text: said.replace(' <b> & ', ' &lt;b&gt; &amp; '),
      },
    });
    const [line] = await commented();
    expect(line).toMatchObject({
      userId: ben.id,
      data: { text: 'Is <b> & "c" meant? *Ask* @Grace Okafor 日本 🙂' },
    });
    const audit = await bot.store.inTeam(bot.teamId, (tx) =>
      AuditEvent.query(tx).where({ targetId: id, action: 'approval.commented' }),
    );
    expect(audit).toMatchObject([{ source: 'slack', actor: { userId: ben.id } }]);
  });

  it('reaches the other copies once each, and is not said again where it stands', async () => {
    const { ada, grace, ben } = bot.people;
    await say(ada, 'Who is she?');
    await commented();
    await bot.draw(id);
    await bot.draw(id);
    expect((await thread()).map(({ text }) => text)).toEqual(['Who is she?']);
    const own = await cardIn(bot.slackIdOf(grace));
    expect(JSON.stringify(await thread(own.channel, own.ts))).toContain('Who is she?');
    const told = (await messages(bot.slackIdOf(ben))).filter(({ blocks }) =>
      JSON.stringify(blocks).includes('Who is she?'),
    );
    expect(told).toHaveLength(1);
    await idle();
    expect(await comments()).toHaveLength(1);
  });

  it('counts in the thread of one’s own card, too, and is said in the channel’s', async () => {
    const { grace } = bot.people;
    const own = await cardIn(bot.slackIdOf(grace));
    await say(grace, 'I know her.', own.channel, own.ts);
    expect(await commented()).toMatchObject([{ userId: grace.id }]);
    await bot.draw(id);
    expect((await thread()).map(({ text }) => text)).toEqual(['Grace Okafor says:']);
    expect(await thread(own.channel, own.ts)).toHaveLength(1);
  });

  it('told of several times, by the same event and by another, is one comment (SLACK-9)', async () => {
    const { ada } = bot.people;
    await say(ada, 'Once.');
    await commented();
    const [delivery] = (await bot.slack.control.deliveries({ kind: 'message' })).slice(-1);
    const payload = delivery?.payload ?? {};
    const again = (change: Record<string, unknown>) =>
      bot.slack.control.deliver({ payload: { ...payload, ...change }, as: 'json' });
    await Promise.all([again({}), again({}), again({ event_id: 'Ev0OTHER' })]);
    await idle();
    expect(await comments()).toHaveLength(1);
  });

  it('is no comment when an app says it, when it is changed, or outside a thread of a card', async () => {
    const { ada, ben } = bot.people;
    const before = await SlackInboxEntry.query(bot.store.knex).resultSize();
    const at = { type: 'message', channel: bot.channel, thread_ts: channelTs, team: bot.slack.teamId };
    const user = bot.slackIdOf(ada);
    const idle = [
      { ...at, user, text: 'By an app.', ts: '1790000001.000100', bot_id: 'B0OTHER', app_id: 'A0OTHER' },
      { ...at, subtype: 'bot_message', text: 'By an old app.', ts: '1790000001.000200', bot_id: 'B0OLD' },
      { ...at, subtype: 'message_changed', message: { user, text: 'Changed.', ts: '1790000001.000300' } },
      { ...at, subtype: 'message_deleted', deleted_ts: '1790000001.000400', ts: '1790000001.000500' },
      { type: 'message', channel: bot.channel, user, text: 'In the channel.', ts: '1790000001.000600' },
    ];
    for (const event of idle) expect(await bot.slack.control.event({ event })).toMatchObject({ ok: true });
    // Talk that nobody waits for is not even kept.
    expect(await SlackInboxEntry.query(bot.store.knex).resultSize()).toBe(before);
    const elsewhere = await bot.slack.control.say({
      ...{ user: bot.slackIdOf(ben), channel: bot.channel, text: 'Lunch?' },
    });
    await say(ada, 'Yes.', bot.channel, elsewhere.ts);
    await bot.draw(id);
    expect(await comments()).toEqual([]);
  });

  it('does not come back from what the app itself says in threads', async () => {
    const { grace } = bot.people;
    const comment = { approvalId: id, teamId: bot.teamId, lineId: uuid() };
    await besideDeciding(bot.store, byPerson(grace.id), comment, { act: 'comment', text: 'From the page.' });
    await bot.draw(id);
    const own = await eventually('the app’s own message, told of to it', async () => {
      const sent = await bot.slack.control.deliveries({ kind: 'message' });
      return sent.some(({ payload }) => JSON.stringify(payload).includes('From the page.')) ? true : null;
    });
    expect(own).toBe(true);
    await bot.draw(id);
    expect(await comments()).toHaveLength(1);
    expect(await thread()).toHaveLength(1);
  });

  it('by somebody who has no part in the request is refused, privately, in the thread (SLACK-8)', async () => {
    const mei = await bot.world.member(bot.teamId, ['developer'], { name: 'Mei Chen' });
    const { id: slackMei } = await bot.slack.control.ensureUser({ email: mei.email, name: mei.name });
    await bot.slack.control.updateChannel({ channel: bot.channel, add: [slackMei] });
    const write = (text: string) =>
      bot.slack.control.say({ user: slackMei, channel: bot.channel, text, threadTs: channelTs });
    await write('Who am I?');
    await noteTo(slackMei, 'not linked to Doorlist');
    await write('Hello?');
    await idle();
    expect(await notesTo(slackMei)).toHaveLength(1);
    await bot.link(mei, slackMei);
    await write('And now?');
    expect(await noteTo(slackMei, 'Only whoever asked, or somebody who could decide')).toMatchObject({
      threadTs: channelTs,
    });
    const { id: otherTeam } = await bot.slack.control.ensureWorkspace({ name: 'Partner', domain: 'partner' });
    const foreign = await bot.slack.control.ensureUser({
      ...{ email: 'fay@partner.test', name: 'Fay', homeTeam: otherTeam },
    });
    await bot.slack.control.updateChannel({ channel: bot.channel, add: [foreign.id] });
    await bot.slack.control.say({ user: foreign.id, channel: bot.channel, text: 'Me?', threadTs: channelTs });
    await noteTo(foreign.id, 'another Slack workspace');
    expect(await comments()).toEqual([]);
  });

  it('after the request is settled, or longer than a comment may be, stays in Slack and says so', async () => {
    const { ben } = bot.people;
    await say(ben, 'x'.repeat(2_001));
    await noteTo(bot.slackIdOf(ben), 'at most 2000 characters');
    await withdrawApproval(bot.store, byPerson(ben.id), { approvalId: id, teamId: bot.teamId });
    await say(ben, 'Never mind.');
    await noteTo(bot.slackIdOf(ben), 'settled and takes no more comments');
    expect(await comments()).toEqual([]);
  });

  it('after the request is settled is answered once for each person and thread, whatever they go on to say', async () => {
    const { ben, grace } = bot.people;
    await withdrawApproval(bot.store, byPerson(ben.id), { approvalId: id, teamId: bot.teamId });
    for (const text of ['Never mind.', 'Lunch?', 'At one?']) await say(ben, text);
    await idle();
    expect(await notesTo(bot.slackIdOf(ben))).toHaveLength(1);
    await say(grace, 'At two.');
    await say(grace, 'Or at three.');
    await idle();
    expect(await notesTo(bot.slackIdOf(grace))).toHaveLength(1);
    const own = await cardIn(bot.slackIdOf(grace));
    await say(grace, 'And here?', own.channel, own.ts);
    await idle();
    expect(await notesTo(bot.slackIdOf(grace), own.channel, own.ts)).toHaveLength(1);
    expect(await notesTo(bot.slackIdOf(grace))).toHaveLength(1);
    expect(await comments()).toEqual([]);
  });

  it('after the request is settled is answered with the next message where Slack did not take the first answer', async () => {
    const { ben } = bot.people;
    await withdrawApproval(bot.store, byPerson(ben.id), { approvalId: id, teamId: bot.teamId });
    await bot.slack.control.addFault({
      method: 'chat.postEphemeral',
      kind: 'error',
      error: 'internal_error',
    });
    await say(ben, 'Never mind.');
    await idle();
    expect(await notesTo(bot.slackIdOf(ben))).toEqual([]);
    await say(ben, 'Lunch?');
    await idle();
    expect(await notesTo(bot.slackIdOf(ben))).toHaveLength(1);
  });
});
