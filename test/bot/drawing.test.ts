import { v7 as uuid } from 'uuid';
import { shareElement } from '../../operations/share-element';
import { besideDeciding } from '../../operations/beside-deciding';
import { delegate } from '../../operations/delegate';
import { noteEscalation } from '../../operations/press-approvers';
import { decideApproval } from '../../operations/decide-approval';
import { recordAttempt } from '../../operations/record-attempt';
import { Approval, Member, SlackMessage, TeamSlack } from '../../store/models';
import { eventually } from '../../embedded/tour/eventually';
import { startTestBot, type TestBot } from '../support/bot';
import { byPerson } from '../support/world';

describe('drawing a request’s cards', () => {
  let bot: TestBot;

  beforeEach(async () => {
    bot = await startTestBot();
  });
  afterEach(() => bot.close());

  const inChannel = (channel = bot.channel) => bot.slack.control.messages({ channel });
  const topLevel = async (channel = bot.channel) =>
    (await inChannel(channel)).filter(
      ({ threadTs, tombstone }) => threadTs === undefined && tombstone !== true,
    );
  const thread = async () => (await inChannel()).filter(({ threadTs }) => threadTs !== undefined);
  const hasButtons = (message: { blocks: readonly object[] }) =>
    JSON.stringify(message.blocks).includes('approval.approve');
  const posts = async () => (await bot.slack.control.calls({ method: 'chat.postMessage' })).length;
  const rows = (approvalId: string) =>
    bot.store.inTeam(bot.teamId, (tx) => SlackMessage.query(tx).where({ approvalId }).orderBy('id'));
  const decide = async (approvalId: string, verdict: 'approve' | 'deny') => {
    const attemptId = uuid();
    await recordAttempt(bot.store, byPerson(bot.people.ada.id), {
      ...{ attemptId, approvalId, teamId: bot.teamId, verdict, via: 'web' as const },
      ...{ reason: 'Not before the audit.', grantRole: null, revision: null },
    });
    return decideApproval(bot.store, { attemptId, asOf: new Date() });
  };
  /** Another Developer asks for the same person, so that the request merges and its revision rises. */
  const merge = async (approvalId: string) => {
    const mei = await bot.world.member(bot.teamId, ['developer'], { name: 'Mei Chen' });
    const { email, elementId } = await bot.store.inTeam(bot.teamId, (tx) =>
      Approval.query(tx).findById(approvalId).throwIfNotFound(),
    );
    await shareElement(bot.store, byPerson(mei.id), {
      ...{ shareId: uuid(), elementId, teamId: bot.teamId, recipients: [{ email }] },
    });
  };

  it('by several at once posts each copy once (SLACK-9)', async () => {
    const id = await bot.request();
    await bot.slack.control.addFault({ method: 'chat.postMessage', kind: 'slow', delayMs: 100, times: 20 });
    await Promise.allSettled(Array.from({ length: 4 }, () => bot.draw(id)));
    expect(await bot.draw(id)).toMatchObject({ slack: 'drawn', unreachable: 0 });
    expect(await posts()).toBe(4);
    expect(await rows(id)).toMatchObject(Array.from({ length: 4 }, () => ({ state: 'posted' })));
  });

  it('asks each approver afresh by a card of their own where it waits for too long, once (INVITE-7)', async () => {
    const id = await bot.request();
    await bot.draw(id);
    const before = await posts();
    await noteEscalation(bot.store, { approvalId: id, teamId: bot.teamId, asOf: new Date() });
    // Who is asked for the first time now needs no second card.
    const mei = await bot.world.member(bot.teamId, ['admin'], { name: 'Mei Chen' });
    await bot.slack.control.ensureUser({ email: mei.email, name: mei.name });
    await bot.draw(id);
    await bot.draw(id);
    // Ada's and Grace's second card, Mei's first, and a line in the channel's thread.
    expect(await posts()).toBe(before + 4);
    expect(JSON.stringify(await thread())).toContain('asked afresh');
    const approvers = (await rows(id)).filter(({ audience }) => audience === 'approver');
    const isFresh = ({ text }: { text: string }) => text.startsWith('Waiting for too long');
    for (const user of [bot.people.ada, bot.people.grace]) {
      const cards = await topLevel(bot.slackIdOf(user));
      expect(cards.map(isFresh)).toEqual([false, true]);
      expect(cards.map(hasButtons)).toEqual([true, true]);
    }
    expect(approvers.filter(({ userId }) => userId === mei.id)).toMatchObject([{ fresh: false }]);
    // What is said from here on stands below the card that asked last, once.
    const lineId = uuid();
    const comment = { approvalId: id, teamId: bot.teamId, lineId };
    await besideDeciding(bot.store, byPerson(mei.id), comment, { act: 'comment', text: 'On holiday.' });
    await bot.draw(id);
    const [, fresh] = await topLevel(bot.slackIdOf(bot.people.ada));
    const said = (await inChannel(fresh?.channel)).filter(({ blocks }) =>
      JSON.stringify(blocks).includes('On holiday.'),
    );
    expect(said).toMatchObject([{ threadTs: fresh?.ts }]);
    // A click on it counts as on any other, and a decision takes the buttons from all.
    await bot.slack.control.click({
      ...{ user: bot.slackIdOf(bot.people.ada), channel: fresh?.channel, ts: fresh?.ts, text: 'Approve' },
    });
    await eventually('the approval', async () => {
      const approval = await bot.store.inTeam(bot.teamId, (tx) => Approval.query(tx).findById(id));
      return approval?.state === 'approved' ? true : null;
    });
    await bot.draw(id);
    for (const user of [bot.people.ada, bot.people.grace]) {
      expect((await topLevel(bot.slackIdOf(user))).map(hasButtons)).toEqual([false, false]);
    }
  });

  it('asks whom an approver handed over to, and says who decided for whom (INVITE-9)', async () => {
    const bo = await bot.world.member(bot.teamId, ['billing'], { name: 'Bo Berg' });
    const slackUser = await bot.slack.control.ensureUser({ email: bo.email, name: bo.name });
    const asOf = new Date();
    await delegate(bot.store, byPerson(bot.people.ada.id, asOf), {
      ...{ id: uuid(), teamId: bot.teamId, toUserId: bo.id },
      ...{ from: asOf, until: new Date(asOf.getTime() + 3_600_000) },
    });
    const id = await bot.request();
    await bot.draw(id);
    const own = (await rows(id)).find(({ userId }) => userId === bo.id);
    const copy = async () => (await inChannel(own?.channel)).find(({ ts }) => ts === own?.ts);
    expect(slackUser.id).not.toBe('');
    expect(hasButtons((await copy()) ?? { blocks: [] })).toBe(true);
    const attemptId = uuid();
    await recordAttempt(bot.store, byPerson(bo.id), {
      ...{ attemptId, approvalId: id, teamId: bot.teamId, verdict: 'deny', via: 'slack' as const },
      ...{ reason: 'Not before the audit.', grantRole: null, revision: null },
    });
    await decideApproval(bot.store, { attemptId, asOf: new Date() });
    await bot.draw(id);
    expect(JSON.stringify(await topLevel())).toContain('Denied by Bo Berg for Ada Lindqvist');
    expect(JSON.stringify(await thread())).toContain('Bo Berg for Ada Lindqvist denied it');
    expect(hasButtons((await copy()) ?? { blocks: [] })).toBe(false);
  });

  it('that a decision overtakes leaves no buttons (SLACK-3)', async () => {
    const id = await bot.request();
    await bot.draw(id);
    await merge(id);
    await bot.slack.control.addFault({ method: 'chat.update', kind: 'slow', delayMs: 300, times: 1 });
    const drawing = bot.draw(id);
    await decide(id, 'deny');
    await drawing;
    const [card] = await topLevel();
    expect(card).toBeDefined();
    for (const { channel, ts } of await rows(id)) {
      const message = (await inChannel(channel)).find((one) => one.ts === ts);
      expect(message === undefined ? true : hasButtons(message)).toBe(false);
    }
  });

  it('posts nothing again while it cannot be looked up whether it is there (SLACK-9)', async () => {
    const id = await bot.request();
    const { channel } = bot;
    await bot.slack.control.addFault({ method: 'chat.postMessage', kind: 'reset_after_accepting', channel });
    await bot.slack.control.addFault({ method: 'conversations.history', kind: 'server_error', channel });
    await expect(bot.draw(id)).rejects.toMatchObject({ type: 'SlackUnreachable' });
    await expect(bot.draw(id)).rejects.toMatchObject({ type: 'SlackUnreachable' });
    expect(await bot.draw(id)).toMatchObject({ slack: 'drawn' });
    expect(await topLevel()).toHaveLength(1);
  });

  it('finds a card again that was taken while its answer hung (SLACK-9)', async () => {
    const id = await bot.request();
    const { channel } = bot;
    await bot.slack.control.addFault({ method: 'chat.postMessage', kind: 'hang_after_accepting', channel });
    await expect(bot.draw(id)).rejects.toMatchObject({ type: 'SlackUnreachable' });
    expect(await bot.draw(id)).toMatchObject({ slack: 'drawn' });
    expect(await topLevel()).toHaveLength(1);
  });

  it('without the history scopes, the second copy goes when it is met (SLACK-9)', async () => {
    const id = await bot.request();
    const { channel } = bot;
    const [workspace] = await bot.slack.control.workspaces({});
    const scopes = (workspace?.scopes ?? []).filter((scope) => !scope.endsWith(':history'));
    await bot.slack.control.setScopes({ scopes });
    await bot.slack.control.addFault({ method: 'chat.postMessage', kind: 'reset_after_accepting', channel });
    await expect(bot.draw(id)).rejects.toMatchObject({ type: 'SlackUnreachable' });
    await bot.draw(id);
    const [stray] = await topLevel();
    expect(await topLevel()).toHaveLength(2);
    const user = bot.slackIdOf(bot.people.grace);
    await bot.slack.control.click({ user, channel, ts: stray?.ts ?? '', text: 'Approve' });
    await eventually('one copy', async () => ((await topLevel()).length === 1 ? true : null), 5_000);
    expect((await topLevel())[0]?.ts).not.toBe(stray?.ts);
  });

  it('waits as long as Slack asks for (SLACK-9)', async () => {
    const id = await bot.request();
    const fault = { method: 'chat.postMessage', kind: 'rate_limited', retryAfterSeconds: 7 } as const;
    await bot.slack.control.addFault({ ...fault, channel: bot.channel });
    await expect(bot.draw(id)).rejects.toMatchObject({
      ...{ type: 'SlackRateLimited', nonRetryable: false, nextRetryDelay: 7_000 },
    });
    // The others have theirs already.
    expect(await rows(id)).toHaveLength(4);
    expect((await rows(id)).filter(({ state }) => state === 'posted')).toHaveLength(3);
  });

  it('says each step once in the card’s thread, and to whoever asked by a message of its own (SLACK-3, INVITE-5)', async () => {
    const id = await bot.request();
    await bot.draw(id);
    await merge(id);
    await decide(id, 'deny');
    const direct = (await rows(id)).find(({ userId }) => userId === bot.people.ben.id)?.channel ?? '';
    await bot.slack.control.addFault({
      ...{ method: 'chat.postMessage', kind: 'reset_after_accepting', channel: direct },
    });
    await expect(bot.draw(id)).rejects.toMatchObject({ type: 'SlackUnreachable' });
    await bot.draw(id);
    await bot.draw(id);
    expect((await thread()).map(({ text }) => text)).toEqual([
      'Mei Chen asks for the same person, too: “Orders” as Viewer. Look again before you decide.',
      'Ada Lindqvist denied it in the console.',
    ]);
    const told = (await topLevel(direct)).filter(({ text }) => text.includes('denied it'));
    expect(told).toHaveLength(1);
    expect(JSON.stringify(told[0]?.blocks)).toContain('Not before the audit.');
  });

  it('follows who may decide: a new Admin gets a card, a former one’s offers nothing (INVITE-3)', async () => {
    const id = await bot.request();
    await bot.draw(id);
    const mei = await bot.world.member(bot.teamId, ['admin'], { name: 'Mei Chen' });
    const slackMei = await bot.slack.control.ensureUser({ email: mei.email, name: 'Mei Chen' });
    await bot.store.inTeam(bot.teamId, (tx) =>
      Member.query(tx)
        .findById([bot.teamId, bot.people.grace.id])
        .patch({ roles: ['developer'] }),
    );
    await bot.draw(id);
    expect((await topLevel(slackMei.id)).map(hasButtons)).toEqual([true]);
    const [former] = await topLevel(bot.slackIdOf(bot.people.grace));
    expect(JSON.stringify(former?.blocks)).toContain('This does not wait for you any more.');
  });

  it('puts a new card where somebody deleted one, when the request moves on while it waits (SLACK-3)', async () => {
    const id = await bot.request();
    await bot.draw(id);
    const [card] = await topLevel();
    await bot.slack.control.deleteMessage({ channel: bot.channel, ts: card?.ts ?? '' });
    await merge(id);
    await bot.draw(id);
    const cards = await topLevel();
    expect(cards.map(hasButtons)).toEqual([true]);
    expect(cards[0]?.ts).not.toBe(card?.ts);
  });

  it('goes to the channel that the team moved to (SLACK-2)', async () => {
    const id = await bot.request();
    await bot.draw(id);
    const { id: moved } = await bot.slack.control.ensureChannel({ name: 'moved', members: [] });
    await bot.store.inTeam(bot.teamId, (tx) =>
      TeamSlack.query(tx).findById(bot.teamId).patch({ approvalsChannel: moved }),
    );
    await bot.draw(id);
    expect((await topLevel(moved)).map(hasButtons)).toEqual([true]);
    await decide(id, 'approve');
    await bot.draw(id);
    expect([...(await topLevel()), ...(await topLevel(moved))].map(hasButtons)).toEqual([false, false]);
  });

  it('counts nobody as reached whom Slack shows no current card, so that mail goes out (SLACK-3)', async () => {
    const id = await bot.request();
    await bot.draw(id);
    await decide(id, 'deny');
    await bot.slack.control.setToken({ state: 'uninstalled' });
    await expect(bot.draw(id)).rejects.toMatchObject({ type: 'SlackShutOut', nonRetryable: true });
    expect((await rows(id)).filter(({ drawn }) => drawn !== null)).toEqual([]);
  });

  it('leaves out a person whose Slack account is off, and reaches the others (SLACK-3)', async () => {
    await bot.slack.control.updateUser({ user: bot.slackIdOf(bot.people.ada), deleted: true });
    const id = await bot.request();
    expect(await bot.draw(id)).toMatchObject({ copies: 3, unreachable: 1 });
  });
});
