import { createSeal } from '../../bot/seal';
import { identify } from '../../bot/identity';
import { EVENTS, manifest, SCOPES } from '../../bot/manifest';
import { createSlack } from '../../bot/web-client';
import { SlackInstallation, TeamSlack } from '../../store/models';
import { startTestBot, type TestBot } from '../support/bot';

describe('who clicked (SLACK-8)', () => {
  let bot: TestBot;

  beforeAll(async () => {
    bot = await startTestBot();
  });
  afterAll(() => bot.close());

  const settings = (change: Partial<TeamSlack>) =>
    bot.store.inTeam(bot.teamId, (tx) => TeamSlack.query(tx).findById(bot.teamId).patch(change));
  const who = (slackUserId: string, userTeamId = bot.slack.teamId, slackTeamId = bot.slack.teamId) =>
    identify(bot.deps, { slackTeamId, slackUserId, userTeamId }, bot.teamId);

  it('is an account by the link that was made, and nobody without one', async () => {
    const { ada } = bot.people;
    expect(await who(bot.slackIdOf(ada))).toEqual({ userId: ada.id });
    // The same id in another workspace is another person.
    expect(await who(bot.slackIdOf(ada), 'T0OTHER', 'T0OTHER')).toEqual({ unknown: 'unlinked' });
    // Somebody of another workspace, in a shared channel.
    expect(await who(bot.slackIdOf(ada), 'T0OTHER')).toEqual({ unknown: 'foreign' });
  });

  it('is found by e-mail only where the team wants it so, by an active account with the same address', async () => {
    const mei = await bot.world.member(bot.teamId, ['admin'], { email: 'mei@northwind.test' });
    const user = await bot.slack.control.ensureUser({ email: 'mei@northwind.test', name: 'Mei' });
    expect(await who(user.id)).toEqual({ unknown: 'unlinked' });
    await settings({ decideByEmail: true });
    expect(await who(user.id)).toEqual({ userId: mei.id });
    await bot.slack.control.updateUser({ user: user.id, email: 'mei@elsewhere.test' });
    expect(await who(user.id)).toEqual({ unknown: 'unlinked' });
    await bot.slack.control.updateUser({ user: user.id, email: 'mei@northwind.test', deleted: true });
    expect(await who(user.id)).toEqual({ unknown: 'unlinked' });
    await settings({ slackTeamId: 'T0OTHER' });
    await bot.slack.control.updateUser({ user: user.id, deleted: false });
    expect(await who(user.id)).toEqual({ unknown: 'unlinked' });
    await settings({ slackTeamId: bot.slack.teamId, decideByEmail: false });
  });
});

describe('installations (SLACK-1)', () => {
  let bot: TestBot;

  beforeAll(async () => {
    bot = await startTestBot();
  });
  afterAll(() => bot.close());

  it('keep their tokens sealed, each workspace its own, and end when Slack takes a token back', async () => {
    const auth = { kind: 'oauth', clientId: 'c', clientSecret: 's' } as const;
    const slackConfig = { apiUrl: bot.slack.apiUrl, signingSecret: 'x', appToken: null, auth };
    const slack = createSlack({ ...bot.deps.config, slack: slackConfig }, bot.store);
    const { seal } = createSeal(bot.deps.config.secret);
    for (const slackTeamId of ['T1', 'T2']) {
      await SlackInstallation.query(bot.store.knex).insert({
        ...{ slackTeamId, botTokenSealed: seal(`xoxb-${slackTeamId}`), scopes: [], installedAt: new Date() },
      });
    }
    expect([await slack.tokenFor('T1'), await slack.tokenFor('T2'), await slack.tokenFor('T3')]).toEqual([
      ...['xoxb-T1', 'xoxb-T2', null],
    ]);
    const row = await SlackInstallation.query(bot.store.knex).findById('T1').throwIfNotFound();
    expect(row.botTokenSealed.includes('xoxb')).toBe(false);
    await slack.shutOut('T1');
    expect([await slack.clientFor('T1'), await slack.tokenFor('T2')]).toEqual([null, 'xoxb-T2']);
  });

  it('refuse a token that was sealed under another secret, or changed', () => {
    const { seal, open } = createSeal('a'.repeat(32));
    const sealed = seal('xoxb-1');
    expect(open(sealed)).toBe('xoxb-1');
    expect(seal('xoxb-1').equals(sealed)).toBe(false);
    expect(() => createSeal('b'.repeat(32)).open(sealed)).toThrow();
    sealed.writeUInt8(sealed.readUInt8(sealed.length - 1) ^ 1, sealed.length - 1);
    expect(() => open(sealed)).toThrow();
  });

  it('need what the manifest asks for, and no more', () => {
    const made = manifest('https://doorlist.test');
    expect(made.oauth_config?.scopes?.bot).toEqual(Object.keys(SCOPES));
    expect(made.settings).toMatchObject({
      event_subscriptions: { request_url: 'https://doorlist.test/slack/events', bot_events: EVENTS },
      interactivity: { is_enabled: true, request_url: 'https://doorlist.test/slack/events' },
    });
  });
});
