import { v7 as uuid } from 'uuid';
import { mailOnce } from '../../activities/deliver';
import { openTestStore, type TestStore } from '../support/database';
import { unusedProcesses } from '../support/unused-processes';
import { playedMail } from '../support/played-mail';
import { worldOf } from '../support/world';

const letter = { to: 'ada@example.test', subject: 'Hello', text: 'Hello', html: '<p>Hello</p>' };

describe('a thing that is told by mail (SHARE-9)', () => {
  let store: TestStore;
  let teamId: string;

  beforeAll(async () => {
    store = await openTestStore();
    teamId = (await worldOf(store).team()).id;
  });
  afterAll(() => store.close());

  const given = () => {
    const mailer = playedMail();
    const deps = { store, mailer, processes: unusedProcesses, publicUrl: 'https://doorlist.test' };
    return { mailer, deps: { ...deps, fallbackEmail: null }, key: `test:${uuid()}` };
  };
  const compose = () => Promise.resolve(letter);

  it('goes out once, however often it is asked for', async () => {
    const { mailer, deps, key } = given();
    expect(await mailOnce(deps, { key, teamId, compose })).toBe(true);
    expect(await mailOnce(deps, { key, teamId, compose })).toBe(true);
    expect(mailer.outbox).toHaveLength(1);
  });

  it('is tried again under the same Message-ID when the answer was lost, so that a reader can drop the copy', async () => {
    const { mailer, deps, key } = given();
    mailer.next.push('lost');
    await expect(mailOnce(deps, { key, teamId, compose })).rejects.toThrow('lost');
    await mailOnce(deps, { key, teamId, compose });
    const [first, second] = mailer.outbox;
    expect(first?.messageId).toMatch(/^[\w-]{36}@doorlist\.test$/);
    expect(second?.messageId).toBe(first?.messageId);
  });

  it('goes out after the mail server refused it at first', async () => {
    const { mailer, deps, key } = given();
    mailer.next.push('refused', 'refused');
    await expect(mailOnce(deps, { key, teamId, compose })).rejects.toThrow('refused');
    await expect(mailOnce(deps, { key, teamId, compose })).rejects.toThrow('refused');
    expect(await mailOnce(deps, { key, teamId, compose })).toBe(true);
    expect(mailer.outbox).toHaveLength(1);
  });

  it('stays unsent when there is nothing to say any more', async () => {
    const { mailer, deps, key } = given();
    expect(await mailOnce(deps, { key, teamId, compose: () => Promise.resolve(null) })).toBe(false);
    expect(mailer.outbox).toEqual([]);
  });

  it('is told apart by its key', async () => {
    const { mailer, deps, key } = given();
    await mailOnce(deps, { key: `${key}:one`, teamId, compose });
    await mailOnce(deps, { key: `${key}:other`, teamId, compose });
    expect(new Set(mailer.outbox.map(({ messageId }) => messageId)).size).toBe(2);
  });
});
