import { eventually } from '../../embedded/tour/eventually';
import { withdrawApproval } from '../../operations/withdraw-approval';
import { Approval, ApprovalEvent, type User } from '../../store/models';
import type { Processes } from '../../workflows/client';
import { startTestBot, type TestBot } from '../support/bot';
import { byPerson } from '../support/world';

describe('claim, nudge and withdraw in Slack', () => {
  let bot: TestBot;
  let id: string;

  beforeAll(async () => {
    bot = await startTestBot();
    // The way through Temporal is short here.
    const withdraw: Processes['withdraw'] = (ref, { userId }) =>
      withdrawApproval(bot.store, byPerson(userId), ref);
    Object.assign(bot.processes, { withdraw });
  });
  afterAll(() => bot.close());
  beforeEach(async () => {
    id = await bot.request();
    await bot.draw(id);
  });

  const messages = (channel: string) => bot.slack.control.messages({ channel });
  /** The app's conversation with a person goes by their id. */
  const directOf = (user: User): string => bot.slackIdOf(user);
  const press = async (user: User, channel: string, text: string) => {
    const card = (await messages(channel)).find(({ blocks }) => JSON.stringify(blocks).includes(`apr:${id}`));
    const { channel: at = '', ts = '' } = card ?? {};
    const sent = { user: bot.slackIdOf(user), channel: at, ts, text };
    expect(await bot.slack.control.click(sent)).toMatchObject({ ok: true });
  };
  const line = (type: string) =>
    eventually(
      type,
      () =>
        bot.store
          .inTeam(bot.teamId, (tx) => ApprovalEvent.query(tx).findOne({ approvalId: id, type }))
          .then((event) => event ?? null),
      5_000,
    );
  const approval = () =>
    bot.store.inTeam(bot.teamId, (tx) => Approval.query(tx).findById(id).throwIfNotFound());

  it('“I’m on it” shows on every card and in the thread, and its button goes from one’s own (INVITE-8)', async () => {
    const { ada } = bot.people;
    await press(ada, bot.channel, 'I’m on it');
    expect(await line('claimed')).toMatchObject({ userId: ada.id });
    await bot.draw(id);
    const inChannel = await messages(bot.channel);
    const card = inChannel.find(({ blocks }) => JSON.stringify(blocks).includes(`apr:${id}`));
    expect(JSON.stringify(card?.blocks)).toContain('Ada Lindqvist is on it');
    expect(inChannel.some(({ text }) => text === 'Ada Lindqvist is on it.')).toBe(true);
  });

  it('Nudge asks each approver afresh, once, and is throttled with a word to who pressed it (INVITE-8)', async () => {
    const { ada, ben } = bot.people;
    const own = directOf(ben);
    await press(ben, own, 'Nudge');
    expect(await line('nudged')).toMatchObject({ userId: ben.id });
    await bot.draw(id);
    await bot.draw(id);
    const asked = (await messages(directOf(ada))).filter(({ text }) => text.includes('asks again'));
    expect(asked).toHaveLength(1);
    await press(ben, own, 'Nudge');
    await eventually(
      'the word',
      async () => {
        const notes = await bot.slack.control.messages({ channel: own, user: bot.slackIdOf(ben) });
        return notes.some(({ text }) => text.includes('within the last hour')) ? true : null;
      },
      5_000,
    );
  });

  it('Withdraw ends the request, for who asked (INVITE-8)', async () => {
    await press(bot.people.ben, directOf(bot.people.ben), 'Withdraw');
    await eventually('the end', async () => ((await approval()).state === 'withdrawn' ? true : null), 5_000);
  });
});
