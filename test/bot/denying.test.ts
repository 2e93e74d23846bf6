import { Refusal } from '../../domain/refusal';
import { eventually } from '../../embedded/tour/eventually';
import { Approval, SlackInboxEntry, type User } from '../../store/models';
import { startTestBot, type TestBot } from '../support/bot';

describe('denying in Slack (SLACK-4)', () => {
  let bot: TestBot;
  let decide: TestBot['processes']['decide'];

  beforeAll(async () => {
    bot = await startTestBot();
    decide = bot.processes.decide;
  });
  afterEach(async () => {
    bot.processes.decide = decide;
    for (const user of Object.values(bot.people).map(bot.slackIdOf)) {
      for (const { id } of (await bot.slack.control.modals({ user })).reverse())
        await bot.slack.control.close({ user, view: id });
    }
  });
  afterAll(() => bot.close());

  const approval = (id: string) =>
    bot.store.inTeam(bot.teamId, (tx) => Approval.query(tx).findById(id).throwIfNotFound());
  const modals = (user: User) => bot.slack.control.modals({ user: bot.slackIdOf(user) });
  const cardOf = async (id: string) => {
    const messages = await bot.slack.control.messages({ channel: bot.channel });
    const card = messages.find(({ blocks }) => JSON.stringify(blocks).includes(`apr:${id}`));
    if (card === undefined) throw new Error('there is no card');
    return card;
  };
  const clickDeny = async (id: string, user: User) => {
    const { channel, ts } = await cardOf(id);
    return bot.slack.control.click({ user: bot.slackIdOf(user), channel, ts, text: 'Deny' });
  };
  /** A request whose modal Grace has before her. */
  const asked = async () => {
    const id = await bot.request();
    await bot.draw(id);
    await clickDeny(id, bot.people.grace);
    await eventually(
      'the modal',
      async () => ((await modals(bot.people.grace)).length > 0 ? true : null),
      5_000,
    );
    return id;
  };
  const submit = (text: string) =>
    bot.slack.control.submit({ user: bot.slackIdOf(bot.people.grace), values: { reason: { text } } });
  const notes = async (user: User) => {
    const messages = await bot.slack.control.messages({ channel: bot.channel, user: bot.slackIdOf(user) });
    return messages.filter(({ ephemeralTo }) => ephemeralTo !== undefined).map(({ text }) => text);
  };
  const shown = async () => JSON.stringify((await modals(bot.people.grace)).at(-1)?.content.blocks ?? []);

  it('asks again, at the field, when the reason is blank (INVITE-5)', async () => {
    const id = await asked();
    expect(await submit(' ')).toMatchObject({
      outcome: 'errors',
      errors: { reason: expect.stringContaining('needs a reason') as string },
    });
    expect((await approval(id)).state).toBe('pending');
    expect(await submit('Now there is one.')).toMatchObject({ outcome: 'closed' });
    expect(await approval(id)).toMatchObject({ state: 'denied', decisionReason: 'Now there is one.' });
  });

  it('says in the modal who was faster (INVITE-4)', async () => {
    const id = await asked();
    const { channel, ts } = await cardOf(id);
    await bot.slack.control.click({ user: bot.slackIdOf(bot.people.ada), channel, ts, text: 'Approve' });
    await eventually('the approval', async () => ((await approval(id)).state === 'approved' ? true : null));
    expect(await submit('Too late.')).toMatchObject({ outcome: 'updated' });
    expect(await shown()).toMatch(
      // Slack draws a date as one in markup alone.
      /"type":"mrkdwn","text":"Ada Lindqvist approved it already in Slack, <!date\^/,
    );
  });

  it('that takes long says so in time, and the outcome in the same modal later', async () => {
    const id = await asked();
    let go = (): void => undefined;
    const held = new Promise<void>((resolve) => (go = resolve));
    bot.processes.decide = async (ref) => {
      await held;
      return decide(ref);
    };
    expect(await submit('It takes a while.')).toMatchObject({ outcome: 'updated' });
    expect(await shown()).toContain('being recorded');
    go();
    await eventually('the outcome', async () => ((await shown()).includes('Denied.') ? true : null), 5_000);
    expect(await approval(id)).toMatchObject({ state: 'denied', decisionReason: 'It takes a while.' });
  });

  it('while Temporal is away is kept with its reason, and done once when it is back (SLACK-9)', async () => {
    const id = await asked();
    bot.processes.decide = () => Promise.reject(new Refusal('unavailable', 'away'));
    expect(await submit('Kept until then.')).toMatchObject({ outcome: 'updated' });
    expect(await shown()).toContain('cannot tell yet');
    bot.processes.decide = decide;
    await SlackInboxEntry.query(bot.store.knex)
      .whereNull('doneAt')
      .patch({ nextTryAt: new Date(0) });
    await bot.receiver.sweep();
    expect(await approval(id)).toMatchObject({ state: 'denied', decisionReason: 'Kept until then.' });
    expect(await shown()).toContain('Denied.');
  });

  it('opens no modal for who may not decide, and says why (INVITE-3)', async () => {
    const id = await bot.request();
    await bot.draw(id);
    await clickDeny(id, bot.people.ben);
    await eventually(
      'the note',
      async () =>
        (await notes(bot.people.ben)).find((text) =>
          text.includes('Nobody decides on what they asked for'),
        ) ?? null,
    );
    expect(await modals(bot.people.ben)).toEqual([]);
  });

  it('opens no modal on a card of an older revision, and says so (INVITE-4)', async () => {
    const id = await bot.request();
    await bot.draw(id);
    await bot.store.inTeam(bot.teamId, (tx) => Approval.query(tx).findById(id).patch({ revision: 2 }));
    await clickDeny(id, bot.people.ada);
    await eventually(
      'the note',
      async () => (await notes(bot.people.ada)).find((text) => text.includes('changed since')) ?? null,
    );
    expect(await modals(bot.people.ada)).toEqual([]);
  });

  it('asks for another click when the modal could not be opened in time', async () => {
    const id = await bot.request();
    await bot.draw(id);
    await bot.slack.control.addFault({ method: 'views.open', kind: 'error', error: 'expired_trigger_id' });
    await clickDeny(id, bot.people.ada);
    await eventually(
      'the note',
      async () => (await notes(bot.people.ada)).find((text) => text.includes('Click Deny again')) ?? null,
    );
  });
});
