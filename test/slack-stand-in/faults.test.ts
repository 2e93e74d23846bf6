import { WebAPIHTTPError, WebAPIRateLimitedError, WebAPIRequestError } from '@slack/web-api';
import { type Fixture, startFixture } from './stand-in';

let fixture: Fixture;
let channel: string;
beforeAll(async () => {
  fixture = await startFixture();
  channel = (await fixture.control.ensureChannel({ name: 'approvals' })).id;
});
beforeEach(async () => {
  await fixture.control.clearFaults({});
  await fixture.control.clearRecord({});
});
afterAll(() => fixture.stop());

const post = (text: string) => fixture.client.chat.postMessage({ channel, text });
const posted = async (text: string) =>
  (await fixture.control.messages({ channel })).filter((one) => one.text === text).length;
const failure = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'it did not fail',
    (error: unknown) => error,
  );

describe('A scripted fault', () => {
  test('429 says when to come back, and happens as often as asked', async () => {
    await fixture.control.addFault({
      method: 'chat.postMessage',
      kind: 'rate_limited',
      retryAfterSeconds: 7,
      times: 2,
    });
    for (let index = 0; index < 2; index += 1) {
      const error = await failure(post('limited'));
      expect(error).toBeInstanceOf(WebAPIRateLimitedError);
      expect(error).toMatchObject({ retryAfter: 7 });
    }
    expect(await post('limited')).toMatchObject({ ok: true });
    expect(await posted('limited')).toBe(1);
  });

  test('500 is no acceptance', async () => {
    await fixture.control.addFault({ method: 'chat.postMessage', kind: 'server_error' });
    const error = await failure(post('broken'));
    expect(error).toBeInstanceOf(WebAPIHTTPError);
    expect(await posted('broken')).toBe(0);
  });

  test('a reset before accepting leaves nothing, one after accepting leaves the message', async () => {
    await fixture.control.addFault({ method: 'chat.postMessage', kind: 'reset' });
    expect(await failure(post('before'))).toBeInstanceOf(WebAPIRequestError);
    await fixture.control.addFault({ method: 'chat.postMessage', kind: 'reset_after_accepting' });
    expect(await failure(post('after'))).toBeInstanceOf(WebAPIRequestError);
    expect([await posted('before'), await posted('after')]).toEqual([0, 1]);
    const calls = await fixture.control.calls({ method: 'chat.postMessage' });
    expect(calls.map(({ accepted, fault }) => [fault, accepted])).toEqual([
      ['reset', false],
      ['reset_after_accepting', true],
    ]);
  });

  test('a call that hangs is accepted or not, as scripted', async () => {
    await fixture.control.addFault({ method: 'chat.postMessage', kind: 'hang' });
    expect(await failure(post('lost'))).toBeInstanceOf(WebAPIRequestError);
    await fixture.control.addFault({ method: 'chat.postMessage', kind: 'hang_after_accepting' });
    expect(await failure(post('kept'))).toBeInstanceOf(WebAPIRequestError);
    expect([await posted('lost'), await posted('kept')]).toEqual([0, 1]);
  });

  test('an HTML page is no answer', async () => {
    await fixture.control.addFault({ method: 'chat.postMessage', kind: 'html' });
    const error = await failure(post('html'));
    expect(error).toMatchObject({
      data: { ok: false, error: expect.stringContaining('<!DOCTYPE html>') as string },
    });
    expect(await posted('html')).toBe(0);
  });

  test('an error code of choice and a slow answer', async () => {
    await fixture.control.addFault({ method: '*', kind: 'error', error: 'fatal_error' });
    expect(await failure(post('x'))).toMatchObject({ data: { error: 'fatal_error' } });
    await fixture.control.addFault({ method: '*', kind: 'slow', delayMs: 200 });
    const before = Date.now();
    expect(await post('slow')).toMatchObject({ ok: true });
    expect(Date.now() - before).toBeGreaterThanOrEqual(190);
  });

  test('hits only the method, channel or user it names', async () => {
    const other = await fixture.control.ensureChannel({ name: 'other' });
    await fixture.control.addFault({ method: 'chat.postMessage', kind: 'server_error', channel: other.id });
    expect(await post('fine')).toMatchObject({ ok: true });
    expect(await fixture.client.auth.test()).toMatchObject({ ok: true });
    const error = await failure(fixture.client.chat.postMessage({ channel: other.id, text: 'x' }));
    expect(error).toBeInstanceOf(WebAPIHTTPError);
    expect(await fixture.control.faults({})).toEqual([]);
  });
});

describe('The record', () => {
  test('holds every call with its answer, and no token', async () => {
    const { ts } = await post('recorded');
    const calls = await fixture.control.calls({});
    expect(calls).toMatchObject([
      {
        method: 'chat.postMessage',
        team: fixture.slack.teamId,
        status: 200,
        accepted: true,
        args: { text: 'recorded' },
        answer: { ts },
      },
    ]);
    expect(JSON.stringify(calls)).not.toContain(fixture.slack.botToken);
  });
});
