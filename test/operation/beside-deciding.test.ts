import { v7 as uuid } from 'uuid';
import { besideDeciding, type Besides } from '../../operations/beside-deciding';
import { Approval, ApprovalEvent, AuditEvent, type User } from '../../store/models';
import { approvalView } from '../../store/queries/approval-view';
import { decideNow } from '../support/attempts';
import { openTestStore, type TestStore } from '../support/database';
import { requestOf, sharingWorld, shareWith, type SharingWorld } from '../support/sharing-world';
import { byPerson, worldOf } from '../support/world';

const HOUR_MS = 3_600_000;

describe('beside deciding', () => {
  let store: TestStore;
  let world: SharingWorld;
  let id: string;
  const start = new Date();
  const later = (ms: number) => new Date(start.getTime() + ms);

  beforeAll(async () => {
    store = await openTestStore();
  });
  afterAll(() => store.close());
  beforeEach(async () => {
    world = await sharingWorld(store);
    id = requestOf(await shareWith(store, world, { email: `x-${uuid()}@partner.test` }, { asOf: start }));
  });

  const inTeam = <T>(work: Parameters<typeof store.inTeam<T>>[1]) => store.inTeam(world.team.id, work);
  const beside = (by: User, besides: Besides, asOf = start, lineId: string = uuid()) =>
    besideDeciding(store, byPerson(by.id, asOf), { approvalId: id, teamId: world.team.id, lineId }, besides);
  const view = (asOf = start) => inTeam((tx) => approvalView(tx, id, asOf));
  const lines = () => inTeam((tx) => ApprovalEvent.query(tx).where({ approvalId: id }).orderBy('id'));
  const done = { done: true };

  it('the first nudge goes at once and the next after an hour to the millisecond, for who asked alone (INVITE-8)', async () => {
    expect(await beside(world.admin, { act: 'nudge' })).toEqual({ done: false, why: 'forbidden' });
    expect(await beside(world.sharer, { act: 'nudge' })).toEqual(done);
    expect(await beside(world.sharer, { act: 'nudge' }, later(HOUR_MS - 1))).toEqual({
      ...{ done: false, why: 'too_soon', waitMs: 1 },
    });
    expect(await beside(world.sharer, { act: 'nudge' }, later(HOUR_MS))).toEqual(done);
    expect((await lines()).filter(({ type }) => type === 'nudged')).toHaveLength(2);
  });

  it('of fifty nudges at once one goes (INVITE-8)', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, () => beside(world.sharer, { act: 'nudge' })),
    );
    expect(outcomes.filter((outcome) => outcome.done)).toHaveLength(1);
    expect((await lines()).filter(({ type }) => type === 'nudged')).toHaveLength(1);
  });

  it('a claim shows who is on it, can be taken over, and lapses after an hour to the millisecond (INVITE-8)', async () => {
    const grace = await worldOf(store).member(world.team.id, ['admin'], { name: 'Grace' });
    expect(await beside(world.sharer, { act: 'claim' })).toEqual({ done: false, why: 'forbidden' });
    expect(await beside(world.admin, { act: 'claim' })).toEqual(done);
    expect((await view())?.claimedBy).toEqual({ userId: world.admin.id, name: 'Ada', until: later(HOUR_MS) });
    expect(await beside(grace, { act: 'claim' }, later(1_000))).toEqual(done);
    expect((await view(later(HOUR_MS + 999)))?.claimedBy).toMatchObject({ name: 'Grace' });
    expect((await view(later(HOUR_MS + 1_000)))?.claimedBy).toBeNull();
  });

  it('a comment stands in the timeline whole, and its words are not in the audit log (INVITE-8)', async () => {
    const text = 'Ask <@U1> & “them”:\n日本 🙂';
    expect(await beside(world.sharer, { act: 'comment', text })).toEqual(done);
    expect(await beside(world.admin, { act: 'comment', text: 'Who is it?' })).toEqual(done);
    const stranger = await worldOf(store).member(world.team.id, ['developer']);
    expect(await beside(stranger, { act: 'comment', text })).toEqual({ done: false, why: 'forbidden' });
    expect((await view())?.timeline.filter(({ type }) => type === 'commented')).toMatchObject([
      { by: { name: 'Sam' }, data: { text } },
      { by: { name: 'Ada' }, data: { text: 'Who is it?' } },
    ]);
    const audit = await inTeam((tx) => AuditEvent.query(tx).where({ targetId: id }).orderBy('seq'));
    expect(audit.slice(-2).map(({ action }) => action)).toEqual(['approval.commented', 'approval.commented']);
    expect(JSON.stringify(audit)).not.toContain('日本');
  });

  it('changes nothing that is asked for, so a decision on the same revision counts (INVITE-4)', async () => {
    await beside(world.sharer, { act: 'nudge' });
    await beside(world.admin, { act: 'claim' });
    await beside(world.sharer, { act: 'comment', text: 'please' });
    expect((await view())?.revision).toBe(1);
    const by = { teamId: world.team.id, approvalId: id, userId: world.admin.id };
    expect(await decideNow(store, { ...by, verdict: 'approve' })).toBe('approved');
    expect((await view())?.claimedBy).toBeNull();
  });

  it('makes one line of a call that is repeated, also when it was decided between (INVITE-8)', async () => {
    const lineId = uuid();
    const comment = { act: 'comment', text: 'once' } as const;
    expect(await beside(world.sharer, comment, start, lineId)).toEqual(done);
    const by = { teamId: world.team.id, approvalId: id, userId: world.admin.id };
    await decideNow(store, { ...by, verdict: 'approve' });
    expect(await beside(world.sharer, comment, start, lineId)).toEqual(done);
    expect((await lines()).filter(({ type }) => type === 'commented')).toHaveLength(1);
  });

  it('comes too late for what is settled; at its end the request expires instead (INVITE-7, INVITE-8)', async () => {
    const { expiresAt } = await inTeam((tx) => Approval.query(tx).findById(id).throwIfNotFound());
    const before = new Date(expiresAt.getTime() - 1);
    expect(await beside(world.sharer, { act: 'nudge' }, before)).toEqual(done);
    expect(await beside(world.admin, { act: 'claim' }, expiresAt)).toEqual({ done: false, why: 'expired' });
    expect((await view())?.state).toBe('expired');
  });
});
