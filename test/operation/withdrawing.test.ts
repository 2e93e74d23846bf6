import { v7 as uuid } from 'uuid';
import { closeForPerson } from '../../operations/parts/close-requests';
import { withdrawApproval } from '../../operations/withdraw-approval';
import { Approval, ApprovalEvent, AuditEvent, Invitation, type User } from '../../store/models';
import { decideNow } from '../support/attempts';
import { openTestStore, type TestStore } from '../support/database';
import { refusalOf } from '../support/refusals';
import { requestOf, sharingWorld, shareWith, type SharingWorld } from '../support/sharing-world';
import { byPerson, worldOf } from '../support/world';

describe('withdrawing a request', () => {
  let store: TestStore;
  let world: SharingWorld;
  let id: string;

  beforeAll(async () => {
    store = await openTestStore();
  });
  afterAll(() => store.close());
  beforeEach(async () => {
    world = await sharingWorld(store);
    const email = `x-${uuid()}@partner.test`;
    id = requestOf(await shareWith(store, world, { email }, { asOf: new Date() }));
  });

  const inTeam = <T>(work: Parameters<typeof store.inTeam<T>>[1]) => store.inTeam(world.team.id, work);
  const approval = () => inTeam((tx) => Approval.query(tx).findById(id).throwIfNotFound());
  const withdraw = (by: User = world.sharer, asOf?: Date) =>
    withdrawApproval(store, byPerson(by.id, asOf), { approvalId: id, teamId: world.team.id });
  const decide = (verdict: 'approve' | 'deny', reason = 'no') =>
    decideNow(store, {
      ...{ teamId: world.team.id, approvalId: id, userId: world.admin.id },
      ...{ verdict, reason },
    });

  it('is for who asked: it is over, nothing was granted, and no decision counts (INVITE-8, INVITE-4)', async () => {
    expect(await withdraw()).toBe('withdrawn');
    expect(await approval()).toMatchObject({ state: 'withdrawn', decision: null, revision: 1 });
    const events = await inTeam((tx) => ApprovalEvent.query(tx).where({ approvalId: id }).orderBy('id'));
    expect(events.at(-1)).toMatchObject({ type: 'withdrawn', userId: world.sharer.id });
    const lines = await inTeam((tx) => AuditEvent.query(tx).where({ targetId: id }).orderBy('seq'));
    expect(lines.at(-1)).toMatchObject({ action: 'approval.withdrawn' });
    expect(await decide('approve')).toBe('already_closed');
    expect(await withdraw()).toBe('already_closed');
    expect(await inTeam((tx) => Invitation.query(tx).findById(id))).toBeUndefined();
  });

  it('is for nobody else, a Team Admin neither: they deny (INVITE-8)', async () => {
    const stranger = await worldOf(store).member(world.team.id, ['developer']);
    expect([await withdraw(world.admin), await withdraw(stranger)]).toEqual(['forbidden', 'forbidden']);
    expect((await approval()).state).toBe('pending');
    const service = {
      ...byPerson(''),
      actor: { type: 'service', tokenId: uuid(), teamId: world.team.id },
    } as const;
    const at = { approvalId: id, teamId: world.team.id };
    expect(await refusalOf(withdrawApproval(store, service, at))).toBe('forbidden');
  });

  it('comes too late for what is decided (INVITE-4, INVITE-8)', async () => {
    expect(await decide('deny')).toBe('denied');
    expect(await withdraw()).toBe('already_decided');
    expect((await approval()).state).toBe('denied');
  });

  it('works one millisecond before the end; at the end the request expires instead (INVITE-7, INVITE-8)', async () => {
    const { expiresAt } = await approval();
    expect(await withdraw(world.sharer, expiresAt)).toBe('expired');
    expect((await approval()).state).toBe('expired');
    expect(await withdraw()).toBe('expired');
    const email = `y-${uuid()}@partner.test`;
    id = requestOf(await shareWith(store, world, { email }, { asOf: new Date() }));
    const end = (await approval()).expiresAt;
    expect(await withdraw(world.sharer, new Date(end.getTime() - 1))).toBe('withdrawn');
  });

  it('lets the same person be asked for anew, as a request of its own (INVITE-8, INVITE-10)', async () => {
    const { email } = await approval();
    await withdraw();
    const anew = requestOf(await shareWith(store, world, { email }, { asOf: new Date() }));
    expect(anew).not.toBe(id);
  });

  it('is nothing more for a request that closed with its requester (INVITE-8, INVITE-12)', async () => {
    await inTeam((tx) => closeForPerson(tx, byPerson(world.admin.id), world.team.id, world.sharer));
    expect(await withdraw()).toBe('already_closed');
    expect(await approval()).toMatchObject({ state: 'closed', closeReason: 'requester_gone' });
  });
});
