import { ApplicationFailure } from '@temporalio/common';
import { v7 as uuid } from 'uuid';
import { decideApproval } from '../../operations/decide-approval';
import { recordAttempt } from '../../operations/record-attempt';
import { startTestBot, type TestBot } from '../support/bot';
import { byPerson } from '../support/world';

describe('the cards of a request', () => {
  let bot: TestBot;

  beforeEach(async () => {
    bot = await startTestBot();
  });
  afterEach(() => bot.close());

  const places = () => [bot.channel, ...Object.values(bot.people).map((user) => bot.slackIdOf(user))];
  const copies = async (id: string) => {
    const all = [];
    for (const channel of places()) all.push(...(await bot.slack.control.messages({ channel })));
    return all.filter(({ blocks }) => JSON.stringify(blocks).includes(id));
  };
  const decide = async (approvalId: string, verdict: 'approve' | 'deny', reason: string | null) => {
    const attemptId = uuid();
    const attempt = {
      attemptId,
      approvalId,
      teamId: bot.teamId,
      verdict,
      reason,
      grantRole: null,
      revision: null,
      via: 'web',
    } as const;
    await recordAttempt(bot.store, byPerson(bot.people.ada.id), attempt);
    return decideApproval(bot.store, { attemptId, asOf: new Date() });
  };

  it('stand once in the channel and with each approver and requester, however often they are drawn (SLACK-2, SLACK-9)', async () => {
    const id = await bot.request();
    for (let nth = 0; nth < 3; nth += 1)
      expect(await bot.draw(id)).toMatchObject({ slack: 'drawn', unreachable: 0 });
    const drawn = await copies(id);
    expect(drawn).toHaveLength(4);
    expect(drawn.filter(({ blocks }) => JSON.stringify(blocks).includes('approval.approve'))).toHaveLength(3);
    expect(await bot.slack.control.calls({ method: 'chat.postMessage' })).toHaveLength(4);
  });

  it('lose their buttons everywhere after a decision, and name who, how and why (SLACK-3, INVITE-5)', async () => {
    const id = await bot.request();
    await bot.draw(id);
    await decide(id, 'deny', 'Not before the audit.');
    await bot.draw(id);
    const drawn = (await copies(id)).map(({ blocks }) => JSON.stringify(blocks));
    expect(drawn.filter((blocks) => blocks.includes('approval.approve'))).toEqual([]);
    for (const blocks of drawn) expect(blocks).toContain('Not before the audit.');
    expect(
      drawn.filter((blocks) => blocks.includes('Denied by Ada Lindqvist in the console')).length,
    ).toBeGreaterThanOrEqual(4);
  });

  it('show what people typed as it is: nothing forges a mention, a link or a limit (SLACK-2)', async () => {
    const nasty = `<!channel> <@U1> <https://evil.test|Approve> *b* _i_ \`c\` \u202e🙂 ${'long '.repeat(390)}`;
    const id = await bot.request({
      message: nasty.slice(0, 2_000),
      elementName: `<!here> ${'x'.repeat(180)}`,
    });
    expect(await bot.draw(id)).toMatchObject({ slack: 'drawn', unreachable: 0 });
    for (const { text, blocks } of await copies(id)) {
      expect(text).not.toMatch(/<!|<@|<http/);
      const marked = JSON.stringify(blocks).match(/"type":"mrkdwn","text":"[^"]*"/g) ?? [];
      expect(marked.filter((block) => /<!(channel|here)|<@U1|evil/.test(block))).toEqual([]);
    }
  });

  it.each(['rate_limited', 'server_error', 'html', 'reset', 'reset_after_accepting'] as const)(
    'are posted once though Slack fails by %s (SLACK-9)',
    async (kind) => {
      const id = await bot.request();
      await bot.slack.control.addFault({ method: 'chat.postMessage', kind, times: 1 });
      await expect(bot.draw(id)).rejects.toBeInstanceOf(ApplicationFailure);
      expect(await bot.draw(id)).toMatchObject({ slack: 'drawn' });
      expect(await copies(id)).toHaveLength(4);
    },
  );

  it('come no more where somebody deleted one, once the request is settled (SLACK-3)', async () => {
    const id = await bot.request();
    await bot.draw(id);
    const [card] = await bot.slack.control.messages({ channel: bot.channel });
    await bot.slack.control.deleteMessage({ channel: bot.channel, ts: card?.ts ?? '' });
    await decide(id, 'approve', null);
    await bot.draw(id);
    expect(await bot.slack.control.messages({ channel: bot.channel })).toEqual([]);
  });

  it('still reach the approvers when the channel is archived (SLACK-3)', async () => {
    await bot.slack.control.updateChannel({ channel: bot.channel, isArchived: true });
    const id = await bot.request();
    expect(await bot.draw(id)).toMatchObject({ slack: 'drawn', unreachable: 1 });
    expect(await copies(id)).toHaveLength(3);
  });

  it('give up for good when Slack shuts the app out, so that mail takes over (SLACK-3)', async () => {
    const id = await bot.request();
    await bot.slack.control.setToken({ state: 'revoked' });
    await expect(bot.draw(id)).rejects.toMatchObject({ nonRetryable: true, type: 'SlackShutOut' });
  });
});
