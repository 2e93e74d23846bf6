import { Refusal } from '../../domain/refusal';
import { Approval, SlackInboxEntry } from '../../store/models';
import { eventually } from '../../embedded/tour/eventually';
import { startTestBot, type TestBot } from '../support/bot';

describe('clicks on a card', () => {
  let bot: TestBot;

  beforeAll(async () => {
    bot = await startTestBot();
  });
  afterAll(() => bot.close());

  const approval = (id: string) =>
    bot.store.inTeam(bot.teamId, (tx) => Approval.query(tx).findById(id).throwIfNotFound());
  const cardOf = async (id: string, channel = bot.channel) => {
    const messages = await bot.slack.control.messages({ channel });
    const card = messages.find(({ blocks }) => JSON.stringify(blocks).includes(`apr:${id}`));
    if (card === undefined) throw new Error('there is no card');
    return card;
  };
  const drawn = async () => {
    const id = await bot.request();
    await bot.draw(id);
    return { id, card: await cardOf(id) };
  };
  const notesTo = async (slackUser: string) => {
    const messages = await bot.slack.control.messages({ channel: bot.channel, user: slackUser });
    return messages.filter(({ text }) => text !== '').map(({ text }) => text);
  };
  const says = (slackUser: string, words: RegExp) =>
    eventually(
      String(words),
      async () => (await notesTo(slackUser)).find((text) => words.test(text)) ?? null,
      5_000,
    );

  it('approve the request at once, with who and from where (INVITE-4, SLACK-2)', async () => {
    const { id, card } = await drawn();
    const sent = await bot.slack.control.click({
      user: bot.slackIdOf(bot.people.ada),
      channel: card.channel,
      ts: card.ts,
      text: 'Approve',
    });
    expect(sent).toMatchObject({ ok: true, status: 200 });
    await eventually(
      'the decision',
      async () => ((await approval(id)).state === 'approved' ? true : null),
      5_000,
    );
    expect(await approval(id)).toMatchObject({
      decidedBy: bot.people.ada.id,
      decidedVia: 'slack',
      decision: 'approve',
    });
  });

  it('deny by a modal whose reason reaches the row whole (SLACK-4, INVITE-5)', async () => {
    const { id, card } = await drawn();
    const user = bot.slackIdOf(bot.people.grace);
    await bot.slack.control.click({ user, channel: card.channel, ts: card.ts, text: 'Deny' });
    await eventually(
      'the modal',
      async () => ((await bot.slack.control.modals({ user })).length > 0 ? true : null),
      5_000,
    );
    const reason = 'No: ask <@U1> & “them” first.\nThen *again*: 日本 🙂';
    const result = await bot.slack.control.submit({ user, values: { reason: { text: reason } } });
    expect(result.outcome).toBe('closed');
    expect(await approval(id)).toMatchObject({
      state: 'denied',
      decisionReason: reason,
      decidedVia: 'slack',
    });
  });

  it('that come late are told who decided, when and how (INVITE-4)', async () => {
    const { id, card } = await drawn();
    const { ada, grace } = bot.people;
    await bot.slack.control.click({
      user: bot.slackIdOf(ada),
      channel: card.channel,
      ts: card.ts,
      text: 'Approve',
    });
    await eventually(
      'the decision',
      async () => ((await approval(id)).state === 'approved' ? true : null),
      5_000,
    );
    await bot.slack.control.click({
      user: bot.slackIdOf(grace),
      channel: card.channel,
      ts: card.ts,
      text: 'Approve',
    });
    expect(await says(bot.slackIdOf(grace), /Ada Lindqvist approved it already in Slack/)).toContain(
      'approved',
    );
  });

  it('of whoever asked, of strangers and of other workspaces count for nothing and say why (INVITE-3, SLACK-8)', async () => {
    const { id, card } = await drawn();
    const click = (user: string) =>
      bot.slack.control.click({ user, channel: card.channel, ts: card.ts, text: 'Approve' });
    await click(bot.slackIdOf(bot.people.ben));
    await says(bot.slackIdOf(bot.people.ben), /Nobody decides on what they asked for/);
    const unlinked = await bot.slack.control.ensureUser({ email: 'una@elsewhere.test', name: 'Una' });
    await bot.slack.control.updateChannel({ channel: bot.channel, add: [unlinked.id] });
    await click(unlinked.id);
    await says(unlinked.id, /not linked/);
    const other = await bot.slack.control.ensureWorkspace({ name: 'Partner', domain: 'partner' });
    const foreign = await bot.slack.control.ensureUser({
      email: 'fay@partner.test',
      name: 'Fay',
      homeTeam: other.id,
    });
    await bot.slack.control.updateChannel({ channel: bot.channel, add: [foreign.id] });
    await click(foreign.id);
    await says(foreign.id, /another Slack workspace/);
    expect((await approval(id)).state).toBe('pending');
  });

  it('on a card of an older revision count for nothing and say so (INVITE-4)', async () => {
    const { id, card } = await drawn();
    await bot.store.inTeam(bot.teamId, (tx) => Approval.query(tx).findById(id).patch({ revision: 2 }));
    const user = bot.slackIdOf(bot.people.grace);
    await bot.slack.control.click({ user, channel: card.channel, ts: card.ts, text: 'Approve' });
    await says(user, /changed since this card was drawn/);
    expect((await approval(id)).state).toBe('pending');
  });

  it('that were acknowledged while Temporal was away are finished later, once (SLACK-9)', async () => {
    const { id, card } = await drawn();
    const decide = bot.processes.decide;
    bot.processes.decide = () => Promise.reject(new Refusal('unavailable', 'away'));
    const user = bot.slackIdOf(bot.people.ada);
    expect(
      await bot.slack.control.click({ user, channel: card.channel, ts: card.ts, text: 'Approve' }),
    ).toMatchObject({ ok: true });
    await says(user, /cannot tell yet/);
    expect((await approval(id)).state).toBe('pending');
    bot.processes.decide = decide;
    // As if the lease of the process that took it in had run out.
    await SlackInboxEntry.query(bot.store.knex)
      .whereNull('doneAt')
      .patch({ nextTryAt: new Date(0) });
    await bot.receiver.sweep();
    expect(await approval(id)).toMatchObject({ state: 'approved', decidedBy: bot.people.ada.id });
    const left = await SlackInboxEntry.query(bot.store.knex).whereNotNull('body');
    expect(left).toEqual([]);
  });
});
