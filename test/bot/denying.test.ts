import { Refusal } from '../../domain/refusal';
import { eventually } from '../../embedded/tour/eventually';
import { Approval, SlackInboxEntry } from '../../store/models';
import { startTestBot, type TestBot } from '../support/bot';
import { formsOf } from '../support/bot-forms';

describe('denying in Slack (SLACK-4)', () => {
  let bot: TestBot;
  let decide: TestBot['processes']['decide'];
  const { approval, modals, click, opened, shown, noteTo, closeAll } = formsOf(() => bot, 'Deny');

  beforeAll(async () => {
    bot = await startTestBot();
    decide = bot.processes.decide;
  });
  afterEach(async () => {
    bot.processes.decide = decide;
    await closeAll();
  });
  afterAll(() => bot.close());

  /** A request whose modal Grace has before her. */
  const asked = async () => {
    const id = await bot.request();
    await bot.draw(id);
    await opened(id, bot.people.grace);
    return id;
  };
  const submit = (text: string) =>
    bot.slack.control.submit({ user: bot.slackIdOf(bot.people.grace), values: { reason: { text } } });
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
    await click(id, bot.people.ada, 'Approve');
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
    await click(id, bot.people.ben);
    await noteTo(bot.people.ben, 'Nobody decides on what they asked for');
    expect(await modals(bot.people.ben)).toEqual([]);
  });

  it('opens no modal on a card of an older revision, and says so (INVITE-4)', async () => {
    const id = await bot.request();
    await bot.draw(id);
    await bot.store.inTeam(bot.teamId, (tx) => Approval.query(tx).findById(id).patch({ revision: 2 }));
    await click(id, bot.people.ada);
    await noteTo(bot.people.ada, 'changed since');
    expect(await modals(bot.people.ada)).toEqual([]);
  });

  it('asks for another click when the modal could not be opened in time', async () => {
    const id = await bot.request();
    await bot.draw(id);
    await bot.slack.control.addFault({ method: 'views.open', kind: 'error', error: 'expired_trigger_id' });
    await click(id, bot.people.ada);
    await noteTo(bot.people.ada, 'Click Deny again');
  });
});
