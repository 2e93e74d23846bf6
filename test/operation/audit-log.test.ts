import type { Cause } from '../../domain/actor';
import { appendAudit } from '../../store/audit';
import { type AuditEvent, type Team } from '../../store/models';
import { listAudit, verifyAudit } from '../../store/queries/audit-log';
import { asOwner, openTestStore, type TestStore } from '../support/database';
import { byPerson, worldOf } from '../support/world';

describe('the audit log (OPS-6)', () => {
  let store: TestStore;

  beforeAll(async () => {
    store = await openTestStore();
  });
  afterAll(() => store.close());

  /** A team with a chain of so many links. */
  async function chainOf(length: number): Promise<{ team: Team; cause: Cause }> {
    const world = worldOf(store);
    const team = await world.team();
    const cause = byPerson((await world.member(team.id, ['admin'])).id);
    const entries = Array.from({ length }, (_, index) => ({
      action: 'test.counted',
      target: { type: 'number', id: String(index + 1) },
      before: { at: index, ratio: 1 / 3 },
      after: { at: index + 1, tags: ['ä', '"', '\\'], nested: { b: 1, a: null } },
    }));
    await store.inTeam(team.id, (tx) => appendAudit(tx, team.id, cause, entries));
    return { team, cause };
  }

  const tamper = (sql: string, values: unknown[]) =>
    asOwner(store.databaseUrl, sql.replace('audit_events', `${store.schema}.audit_events`), values);

  it('verifies a chain that nobody touched, over several pages', async () => {
    const { team } = await chainOf(2_100);
    expect(await verifyAudit(store, team.id)).toEqual({ ok: true, checked: 2_100 });
  });

  it('verifies an empty log', async () => {
    const team = await worldOf(store).team();
    expect(await verifyAudit(store, team.id)).toEqual({ ok: true, checked: 0 });
  });

  it.each([
    [
      'a changed field',
      `update audit_events set after = '{"at": 99}' where team_id = $1 and seq = 1050`,
      1_050,
    ],
    [
      'a changed actor',
      `update audit_events set actor = '{"type": "rule"}' where team_id = $1 and seq = 1`,
      1,
    ],
    ['a link taken out', 'delete from audit_events where team_id = $1 and seq = 1000', 1_000],
    ['an end cut off', 'delete from audit_events where team_id = $1 and seq >= 1099', 1_099],
    ['all cut off', 'delete from audit_events where team_id = $1', 1],
    [
      'a link hashed anew',
      `update audit_events set action = 'test.forged', hash = repeat('a', 64) where team_id = $1 and seq = 7`,
      7,
    ],
  ])('locates %s', async (_what, sql, firstBad) => {
    const { team } = await chainOf(1_100);
    await tamper(sql, [team.id]);
    expect(await verifyAudit(store, team.id)).toEqual({ ok: false, checked: firstBad - 1, firstBad });
  });

  it('locates a newest link that was forged whole, by the head that names another', async () => {
    const { team } = await chainOf(3);
    const { rows } = await asOwner(
      store.databaseUrl,
      `update ${store.schema}.audit_heads set hash = repeat('b', 64) where team_id = $1 returning seq`,
      [team.id],
    );
    expect(rows).toHaveLength(1);
    expect(await verifyAudit(store, team.id)).toMatchObject({ ok: false, firstBad: 3 });
  });

  it.each([
    'update audit_events set action = ? where team_id = ?',
    'delete from audit_events where action = ? and team_id = ?',
  ])('lets the application not run: %s', async (sql) => {
    const { team } = await chainOf(1);
    await expect(store.inTeam(team.id, (tx) => tx.raw(sql, ['test.counted', team.id]))).rejects.toThrow(
      /permission denied/,
    );
  });

  it('lets the application not empty it', async () => {
    await expect(store.knex.raw('truncate audit_events')).rejects.toThrow(/permission denied/);
  });

  it('stays one chain when many write at once', async () => {
    const { team, cause } = await chainOf(1);
    const entry = { action: 'test.raced', target: { type: 'number', id: '0' } };
    await Promise.all(
      Array.from({ length: 30 }, () =>
        store.inTeam(team.id, (tx) => appendAudit(tx, team.id, cause, [entry])),
      ),
    );
    expect(await verifyAudit(store, team.id)).toEqual({ ok: true, checked: 31 });
  });

  it('lists newest first, page by page, narrowed by action and time', async () => {
    const { team, cause } = await chainOf(5);
    const later = { ...cause, asOf: new Date(cause.asOf.getTime() + 1_000) };
    await store.inTeam(team.id, (tx) =>
      appendAudit(tx, team.id, later, [{ action: 'test.later', target: { type: 'number', id: '6' } }]),
    );
    const list = (filter: Parameters<typeof listAudit>[2], after: string | null = null) =>
      store.inTeam(team.id, (tx) => listAudit(tx, team.id, filter, { limit: 4, after }));
    const seqs = (rows: readonly AuditEvent[]) => rows.map((row) => Number(row.seq));
    const first = await list({});
    expect([seqs(first.rows), first.next]).toEqual([[6, 5, 4, 3], '3']);
    const second = await list({}, first.next);
    expect([seqs(second.rows), second.next]).toEqual([[2, 1], null]);
    expect(seqs((await list({ action: 'test.later' })).rows)).toEqual([6]);
    expect(seqs((await list({ since: later.asOf })).rows)).toEqual([6]);
    expect(seqs((await list({ until: later.asOf })).rows)).toEqual([5, 4, 3, 2]);
    expect(seqs((await list({ actorId: team.id })).rows)).toEqual([]);
  });
});
