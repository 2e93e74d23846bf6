import { createHmac } from 'node:crypto';
import { eventually } from '../../embedded/tour/eventually';
import { SlackInboxEntry, SlackInstallation } from '../../store/models';
import { startTestBot, type TestBot } from '../support/bot';

describe('the door for Slack', () => {
  let bot: TestBot;

  beforeAll(async () => {
    bot = await startTestBot();
  });
  afterAll(() => bot.close());

  const now = () => Math.floor(Date.now() / 1_000);
  const send = async (body: string, given: { at?: number; secret?: string; type?: string } = {}) => {
    const {
      at = now(),
      secret = bot.slack.signingSecret,
      type = 'application/x-www-form-urlencoded',
    } = given;
    const signature = createHmac('sha256', secret).update(`v0:${at}:${body}`).digest('hex');
    const headers = {
      'content-type': type,
      'x-slack-request-timestamp': String(at),
      'x-slack-signature': `v0=${signature}`,
    };
    const response = await fetch(bot.url, { method: 'POST', headers, body });
    return { status: response.status, text: await response.text() };
  };
  const click = (trigger: string) =>
    `payload=${encodeURIComponent(
      JSON.stringify({
        type: 'block_actions',
        trigger_id: trigger,
        team: { id: bot.slack.teamId },
        user: { id: 'U1', team_id: bot.slack.teamId },
        container: { type: 'message', channel_id: bot.channel },
        channel: { id: bot.channel },
        actions: [{ type: 'button', action_id: 'approval.open', block_id: 'b', action_ts: '1.1' }],
      }),
    )}`;
  const taken = () => SlackInboxEntry.query(bot.store.knex).resultSize();

  it.each([
    ['a wrong secret', { secret: 'wrong' }],
    ['a time six minutes ago', { at: Math.floor(Date.now() / 1_000) - 360 }],
    ['a time six minutes ahead', { at: Math.floor(Date.now() / 1_000) + 360 }],
  ])('refuses %s, and takes nothing in (SLACK-9)', async (_what, given) => {
    const before = await taken();
    expect(await send(click('t-refused'), given)).toMatchObject({ status: 401 });
    expect(await taken()).toBe(before);
  });

  it('refuses a body without a signature', async () => {
    const response = await fetch(bot.url, { method: 'POST', body: click('t-unsigned') });
    expect(response.status).toBe(401);
  });

  it('takes the same request in once, however often it comes (SLACK-9)', async () => {
    const before = await taken();
    const at = now();
    for (let nth = 0; nth < 3; nth += 1)
      expect(await send(click('t-same'), { at })).toMatchObject({ status: 200 });
    expect(await taken()).toBe(before + 1);
  });

  it('refuses a body that is far larger than any of Slack’s', async () => {
    const { status } = await send(`payload=${'x'.repeat(2_000_000)}`);
    expect(status).toBe(413);
  });

  it('answers the address check and the certificate check', async () => {
    const check = JSON.stringify({ type: 'url_verification', challenge: 'c-1' });
    expect(await send(check, { type: 'application/json' })).toEqual({
      status: 200,
      text: '{"challenge":"c-1"}',
    });
    expect(await send('ssl_check=1')).toMatchObject({ status: 200 });
  });

  it('says of a control that no release knows any more that it is gone (SLACK-3)', async () => {
    const body = click('t-old').replace('approval.open', 'approval.retired');
    expect(await send(body)).toMatchObject({ status: 200 });
    const note = await eventually('the note', async () => {
      const calls = await bot.slack.control.calls({ method: 'chat.postEphemeral' });
      return calls[0] ?? null;
    });
    expect(JSON.stringify(note)).toContain('no longer available');
  });

  it('forgets a workspace whose installation was taken back (SLACK-1)', async () => {
    const installation = {
      slackTeamId: 'T-GONE',
      botTokenSealed: Buffer.from('x'),
      scopes: [],
      installedAt: new Date(),
    };
    await SlackInstallation.query(bot.store.knex).insert(installation);
    const event = {
      type: 'event_callback',
      event_id: 'Ev1',
      team_id: 'T-GONE',
      event: { type: 'app_uninstalled' },
    };
    expect(await send(JSON.stringify(event), { type: 'application/json' })).toMatchObject({ status: 200 });
    // Slack has its answer before the work is done.
    const row = await eventually('the note of it', async () => {
      const kept = await SlackInstallation.query(bot.store.knex).findById('T-GONE').throwIfNotFound();
      return kept.revokedAt === null ? null : kept;
    });
    expect(row.revokedAt).toBeInstanceOf(Date);
  });
});
