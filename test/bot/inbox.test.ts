import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import express from 'express';
import { Refusal } from '../../domain/refusal';
import { InboxReceiver } from '../../bot/receiver';
import { createReceiver } from '../../bot/server';
import { closeServer, listen } from '../../embedded/http';
import { eventually } from '../../embedded/tour/eventually';
import { Approval, ApprovalAttempt, SlackInboxEntry, type User } from '../../store/models';
import { startTestBot, type TestBot } from '../support/bot';

describe('the inbox of clicks (SLACK-9)', () => {
  let bot: TestBot;
  let decide: TestBot['processes']['decide'];
  let asked: string[];

  beforeAll(async () => {
    bot = await startTestBot();
    decide = bot.processes.decide;
  });
  beforeEach(() => {
    asked = [];
    bot.processes.decide = (ref) => {
      asked.push(ref.attemptId);
      return decide(ref);
    };
  });
  afterAll(() => bot.close());

  const approval = (id: string) =>
    bot.store.inTeam(bot.teamId, (tx) => Approval.query(tx).findById(id).throwIfNotFound());
  const attempts = (approvalId: string) =>
    bot.store.inTeam(bot.teamId, (tx) => ApprovalAttempt.query(tx).where({ approvalId }));
  const payload = (approvalId: string, user: User, trigger: string) => ({
    type: 'block_actions',
    trigger_id: trigger,
    team: { id: bot.slack.teamId },
    user: { id: bot.slackIdOf(user), team_id: bot.slack.teamId },
    container: { type: 'message', channel_id: bot.channel },
    channel: { id: bot.channel },
    actions: [
      {
        ...{ type: 'button', action_id: 'approval.approve', block_id: 'b', action_ts: '1.1' },
        value: JSON.stringify({ r: approvalId, v: 1 }),
      },
    ],
  });
  const send = async (url: string, body: string, more: Record<string, string> = {}) => {
    const at = Math.floor(Date.now() / 1_000);
    const digest = createHmac('sha256', bot.slack.signingSecret).update(`v0:${at}:${body}`).digest('hex');
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      ...{ 'x-slack-request-timestamp': String(at), 'x-slack-signature': `v0=${digest}` },
      ...more,
    };
    return (await fetch(url, { method: 'POST', headers, body })).status;
  };
  const form = (json: unknown) => new URLSearchParams({ payload: JSON.stringify(json) }).toString();
  const leave = (key: string, body: unknown, more: Partial<SlackInboxEntry> = {}) =>
    SlackInboxEntry.query(bot.store.knex).insert({
      ...{ key, kind: 'block_actions', body: JSON.stringify(body), receivedAt: new Date(), attempts: 1 },
      ...{ nextTryAt: new Date(0), ...more },
    });
  const entry = (key: string) => SlackInboxEntry.query(bot.store.knex).findById(key).throwIfNotFound();

  it('puts a click that is delivered ten times at once to the request’s run once', async () => {
    const id = await bot.request();
    const body = form(payload(id, bot.people.ada, 'ten-times'));
    const statuses = await Promise.all(Array.from({ length: 10 }, () => send(bot.url, body)));
    expect(statuses).toEqual(Array.from({ length: 10 }, () => 200));
    const approved = async () => ((await approval(id)).state === 'approved' ? true : null);
    await eventually('the decision', approved, 5_000);
    expect(asked).toHaveLength(1);
    expect(await attempts(id)).toHaveLength(1);
  });

  it('takes an event that Slack repeats in once, whatever its repetition number', async () => {
    const event = {
      type: 'event_callback',
      event_id: 'EvAgain',
      team_id: 'T1',
      event: { type: 'tokens_revoked' },
    };
    const as = { 'content-type': 'application/json' };
    expect(await send(bot.url, JSON.stringify(event), as)).toBe(200);
    const again = { ...as, 'x-slack-retry-num': '1', 'x-slack-retry-reason': 'http_timeout' };
    expect(await send(bot.url, `${JSON.stringify(event)} `, again)).toBe(200);
    expect(await SlackInboxEntry.query(bot.store.knex).where({ key: 'EvAgain' }).resultSize()).toBe(1);
  });

  it('finishes a click whose process died after taking it in, once, however many processes sweep', async () => {
    const id = await bot.request();
    await leave('left-behind', payload(id, bot.people.grace, 'left-behind'));
    const others = Array.from({ length: 3 }, () => createReceiver(bot.deps, bot.slack.signingSecret));
    await Promise.all([bot.receiver, ...others].map((receiver) => receiver.sweep()));
    expect(asked).toHaveLength(1);
    expect(await approval(id)).toMatchObject({ state: 'approved', decidedBy: bot.people.grace.id });
    expect(await entry('left-behind')).toMatchObject({ body: null, attempts: 2 });
  });

  it('gives a click that was decided before its process died its first answer', async () => {
    const id = await bot.request();
    const click = payload(id, bot.people.ada, 'decided-already');
    await leave('decided-already', click);
    await bot.receiver.sweep();
    await SlackInboxEntry.query(bot.store.knex)
      .findById('decided-already')
      .patch({ doneAt: null, body: JSON.stringify(click), nextTryAt: new Date(0) });
    await bot.receiver.sweep();
    expect(new Set(asked).size).toBe(1);
    expect(await attempts(id)).toMatchObject([{ outcome: 'approved' }]);
    expect(await bot.slack.control.calls({ method: 'chat.postEphemeral' })).toEqual([]);
  });

  it('leaves a click alone while its process may still be at work on it', async () => {
    const id = await bot.request();
    await leave('at-work', payload(id, bot.people.ada, 'at-work'), {
      nextTryAt: new Date(Date.now() + 10_000),
    });
    await bot.receiver.sweep();
    expect(asked).toEqual([]);
    await SlackInboxEntry.query(bot.store.knex).deleteById('at-work');
  });

  it('tries at growing pauses, then says that it gives up and keeps the row', async () => {
    const id = await bot.request();
    bot.processes.decide = () => Promise.reject(new Refusal('unavailable', 'away'));
    const before = Date.now();
    await leave('in-vain', payload(id, bot.people.ada, 'in-vain'), { attempts: 3 });
    await bot.receiver.sweep();
    const { nextTryAt } = await entry('in-vain');
    expect(nextTryAt.getTime() - before).toBeGreaterThan(100_000);
    await SlackInboxEntry.query(bot.store.knex)
      .findById('in-vain')
      .patch({ attempts: 7, nextTryAt: new Date(0) });
    await bot.receiver.sweep();
    const notes = await bot.slack.control.calls({ method: 'chat.postEphemeral' });
    expect(notes).toHaveLength(1);
    expect(JSON.stringify(notes)).toContain('has stopped trying');
    await SlackInboxEntry.query(bot.store.knex)
      .findById('in-vain')
      .patch({ nextTryAt: new Date(0) });
    await bot.receiver.sweep();
    expect(await entry('in-vain')).toMatchObject({ attempts: 8, doneAt: null });
  });

  it('acknowledges nothing that it could not write down', async () => {
    const knex = { raw: () => Promise.reject(new Error('the database is away')) };
    const store = { ...bot.store, knex } as unknown as TestBot['store'];
    const receiver = new InboxReceiver({ ...bot.deps, store }, bot.slack.signingSecret);
    const server = createServer(express().use(receiver.router));
    const url = `http://127.0.0.1:${await listen(server, 0)}/slack/events`;
    expect(await send(url, form(payload('x', bot.people.ada, 'lost')))).toBe(503);
    await closeServer(server);
  });
});
