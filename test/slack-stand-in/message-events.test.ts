import { eventually } from '../../embedded/tour/eventually';
import { type ScriptedApp, startScriptedApp } from './app';

let app: ScriptedApp;
beforeAll(async () => {
  app = await startScriptedApp(['message.channels', 'message.im']);
});
afterAll(() => app.stop());
beforeEach(() => app.refresh());

interface Heard {
  readonly event: Record<string, unknown>;
}
/** What the app heard of, but for the card of the beginning, whose event comes when it comes. */
const heard = () =>
  app.received.map(({ body }) => (JSON.parse(body) as Heard).event).filter(({ text }) => text !== 'card');
const say = (given: { channel?: string; user?: string; threadTs?: string } = {}) =>
  app.fixture.control.say({ user: app.ada, channel: app.channel, text: 'a & b', ...given });

describe('Messages', () => {
  test('are told to the app, in a thread with whose it is', async () => {
    const { ts } = await say({ threadTs: app.ts });
    expect(heard()).toMatchObject([
      {
        ...{ type: 'message', user: app.ada, channel: app.channel, channel_type: 'channel', ts },
        ...{ thread_ts: app.ts, text: 'a &amp; b', team: app.fixture.slack.teamId },
      },
    ]);
    expect(heard()[0]?.['parent_user_id']).not.toBe(app.ada);
    expect(heard()[0]?.['bot_id']).toBeUndefined();
  });

  test('of the app itself are told to it, too, as an app’s', async () => {
    await app.fixture.client.chat.postMessage({ channel: app.channel, text: 'mine' });
    await eventually('the event', () => Promise.resolve(heard().length > 0 ? true : null));
    expect(heard()).toMatchObject([{ text: 'mine', bot_id: expect.stringMatching(/^B/) as string }]);
  });

  test('of people of another workspace name that one', async () => {
    const { id: homeTeam } = await app.fixture.control.ensureWorkspace({ name: 'Other', domain: 'other' });
    const { id: fay } = await app.fixture.control.ensureUser({
      email: 'fay@other.test',
      name: 'Fay',
      homeTeam,
    });
    await app.fixture.control.updateChannel({ channel: app.channel, add: [fay] });
    await say({ user: fay });
    expect(heard()).toMatchObject([{ user: fay, team: homeTeam, user_team: homeTeam }]);
  });

  test('are not told where the app did not subscribe, may not read, or is not in', async () => {
    const { control } = app.fixture;
    const secret = await control.ensureChannel({ name: 'secret', isPrivate: true, members: [app.ada] });
    const apart = await control.ensureChannel({ name: 'apart', members: [app.ada], withBot: false });
    await say({ channel: secret.id });
    await say({ channel: apart.id });
    const [workspace] = await control.workspaces({});
    const scopes = workspace?.scopes ?? [];
    await control.setScopes({ scopes: scopes.filter((scope) => scope !== 'channels:history') });
    await say();
    await control.setScopes({ scopes });
    expect(heard()).toEqual([]);
    await say({ channel: app.ada });
    expect(heard()).toMatchObject([{ channel_type: 'im' }]);
  });
});
