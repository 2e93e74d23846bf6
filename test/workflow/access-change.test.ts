import { v7 as uuid } from 'uuid';
import { pino } from 'pino';
import type { TeamPolicy } from '../../domain/policy';
import { deleteWorkspace } from '../../operations/delete-workspace';
import { confirmAccessChange } from '../../operations/end-access-change';
import { joinAsGuest } from '../../operations/join-as-guest';
import { turnGuestLinkOn } from '../../operations/set-guest-link';
import {
  AuditEvent,
  GuestLossRow,
  Member,
  Notification,
  OperationRow,
  type Workspace,
  type Element,
} from '../../store/models';
import { verifyAudit } from '../../store/queries/audit-log';
import { startUnstarted } from '../../workers/starter';
import { manyGuests } from '../support/many-guests';
import { byPerson, worldOf } from '../support/world';
import { eventually, openWorkflowWorld, type WorkflowWorld } from '../support/workflow-world';

const DAY = 86_400_000;
/** More than one page of a thousand. */
const CROWD = 1_100;

describe('what follows when access is taken away', () => {
  let world: WorkflowWorld;
  beforeAll(async () => {
    world = await openWorkflowWorld();
  }, 60_000);
  afterAll(() => world.close());
  afterEach(() => world.reset());

  async function made(policy: Partial<TeamPolicy> = {}) {
    const make = worldOf(world.store);
    const { id: teamId } = await make.team({ policy: { removalCap: 10_000, ...policy } });
    const owner = await make.member(teamId, ['super_admin']);
    const admin = await make.member(teamId, ['developer']);
    const places: Workspace[] = [];
    const collections: Element[] = [];
    for (const name of ['Orders', 'Stock']) {
      const place = await make.workspace(teamId);
      for (const { id } of [owner, admin]) await make.workspaceRole(place, id, 'admin');
      const collection = await make.element(place, { name });
      const by = byPerson(owner.id, await world.now());
      await turnGuestLinkOn(world.store, by, { elementId: collection.id, teamId });
      places.push(place);
      collections.push(collection);
    }
    const remove = async (nth: number) => {
      const input = { id: uuid(), teamId, workspaceId: places[nth]?.id ?? '' };
      const done = await deleteWorkspace(world.store, byPerson(owner.id, await world.now()), input);
      return done.operation;
    };
    const elementIds = collections.map(({ id }) => id);
    return { teamId, owner, admin, elementIds, remove };
  }
  const begin = (teamId: string, operationId: string) =>
    world.processes.accessChanged({ operationId, teamId });
  const over = (operationId: string) =>
    world.result<{ readonly state: string; readonly told: number }>(`access-change:${operationId}`);
  /** Until the run has looked and sleeps: time that passes under an activity times it out. */
  const waits = (operationId: string) =>
    eventually(async () => {
      const handle = world.environment.client.workflow.getHandle(`access-change:${operationId}`);
      const { events } = await handle.fetchHistory();
      return (events ?? []).some(({ timerStartedEventAttributes: timer }) => timer != null);
    }, 20_000);
  const row = (teamId: string, id: string) =>
    world.store.inTeam(teamId, (tx) => OperationRow.query(tx).findById(id).throwIfNotFound());
  const guests = (teamId: string) =>
    world.store.inTeam(teamId, (tx) =>
      Member.query(tx)
        .where({ teamId, roles: ['guest'] })
        .resultSize(),
    );
  const removals = (teamId: string) =>
    world.store.inTeam(teamId, async (tx) => {
      const lines = await AuditEvent.query(tx).where({ teamId, action: 'guest.removed' }).select('targetId');
      return { lines: lines.length, people: new Set(lines.map(({ targetId }) => targetId)).size };
    });

  it('is written off in pages and told once each, after nobody is in any more (GUEST-7, SLACK-5)', async () => {
    const { teamId, owner, admin, elementIds, remove } = await made();
    const [orders = ''] = elementIds;
    await manyGuests(world.store, teamId, [orders], CROWD);
    const { id, state, total } = await remove(0);
    expect([state, total, await guests(teamId)]).toEqual(['running', CROWD, 0]);
    expect(await removals(teamId)).toEqual({ lines: 0, people: 0 });
    await begin(teamId, id);
    expect(await over(id)).toEqual({ state: 'completed', told: CROWD + 2 });
    expect(await row(teamId, id)).toMatchObject({ state: 'completed', done: CROWD, total: CROWD });
    expect(await removals(teamId)).toEqual({ lines: CROWD, people: CROWD });
    expect(await verifyAudit(world.store, teamId)).toMatchObject({ ok: true });
    const mails = world.outbox.map(({ to, subject }) => `${to}: ${subject}`);
    expect(new Set(mails).size).toBe(CROWD + 2);
    expect(mails).toHaveLength(CROWD + 2);
    const toGuest = world.outbox.find(({ to }) => to.endsWith('@crowd.test'))?.subject;
    expect(toGuest).toMatch(/^You are no longer a guest of .* open “Orders”: the workspace was deleted$/);
    for (const { email } of [owner, admin]) {
      const subject = world.outbox.find(({ to }) => to === email)?.subject;
      expect(subject).toMatch(new RegExp(`^${CROWD} guests left .*: the workspace was deleted$`));
    }
  }, 120_000);

  it('removes each of the same guests once, when two causes hit them at the same time (GUEST-7)', async () => {
    const { teamId, elementIds, remove } = await made();
    await manyGuests(world.store, teamId, elementIds, CROWD);
    const operations = await Promise.all([remove(0), remove(1)]);
    await Promise.all(operations.map(({ id }) => begin(teamId, id)));
    for (const { id } of operations) await over(id);
    expect(await guests(teamId)).toBe(0);
    expect(await removals(teamId)).toEqual({ lines: CROWD, people: CROWD });
    const told = await world.store.inTeam(teamId, (tx) =>
      Notification.query(tx).where({ teamId, event: 'guest.removed' }).resultSize(),
    );
    expect(told).toBe(CROWD);
  }, 120_000);

  it('waits above the cap, and is cancelled after a day without a word: nothing has changed (GUEST-8)', async () => {
    const { teamId, elementIds, remove } = await made({ removalCap: 1 });
    const [orders = ''] = elementIds;
    await manyGuests(world.store, teamId, [orders], 2);
    const { id, state, createdAt } = await remove(0);
    expect(state).toBe('awaiting_confirmation');
    await begin(teamId, id);
    await waits(id);
    await world.passUntil(new Date(createdAt.getTime() + DAY - 60_000));
    expect(await row(teamId, id)).toMatchObject({ state: 'awaiting_confirmation' });
    expect(await over(id)).toEqual({ state: 'cancelled', told: 0 });
    expect((await row(teamId, id)).finishedAt?.getTime()).toBeGreaterThanOrEqual(createdAt.getTime() + DAY);
    expect([await guests(teamId), await removals(teamId)]).toEqual([2, { lines: 0, people: 0 }]);
    expect(world.outbox).toEqual([]);
    const line = await world.store.inTeam(teamId, (tx) =>
      AuditEvent.query(tx).findOne({ targetId: id, action: 'operation.cancelled' }),
    );
    expect(line?.actor.name).toBe('confirmation_expiry');
  }, 120_000);

  it('is planned anew when it is confirmed, also where the word of it was lost (GUEST-8, OPS-7)', async () => {
    const { teamId, owner, elementIds, remove } = await made({ removalCap: 1 });
    const [orders = ''] = elementIds;
    await manyGuests(world.store, teamId, [orders], 2);
    const { id } = await remove(0);
    await begin(teamId, id);
    await manyGuests(world.store, teamId, [orders], 1);
    const by = byPerson(owner.id, await world.now());
    const { operation } = await confirmAccessChange(world.store, by, { operationId: id, teamId });
    expect(operation).toMatchObject({ state: 'completed', result: { guestsRemoved: 3 } });
    expect(await guests(teamId)).toBe(0);
    await world.store.inTeam(teamId, (tx) =>
      OperationRow.query(tx)
        .findById(id)
        .patch({ createdAt: new Date(0) }),
    );
    await startUnstarted(world.store, world.processes, pino({ level: 'silent' }));
    expect(await over(id)).toEqual({ state: 'completed', told: 5 });
    expect(await removals(teamId)).toEqual({ lines: 3, people: 3 });
  }, 60_000);

  it('leaves alone who came back by another link before their page (GUEST-9)', async () => {
    const { teamId, elementIds, remove } = await made();
    const [orders = '', stock = ''] = elementIds;
    const [userId = ''] = await manyGuests(world.store, teamId, [orders], CROWD);
    const { id } = await remove(0);
    const back = await joinAsGuest(world.store, byPerson(userId, await world.now()), {
      ...{ elementId: stock, teamId, publicUrl: 'https://doorlist.test' },
    });
    expect(back.elementRole).toBe('guest_viewer');
    await begin(teamId, id);
    await over(id);
    expect(await guests(teamId)).toBe(1);
    const lines = await world.store.inTeam(teamId, (tx) =>
      AuditEvent.query(tx).where({ teamId, targetId: userId }).orderBy('seq'),
    );
    expect(lines.map(({ action }) => action)).toEqual(['guest.removed', 'guest.joined']);
    expect(await removals(teamId)).toEqual({ lines: CROWD, people: CROWD });
  }, 120_000);

  it('is begun by the starter where no run was started, and its steps do nothing twice (OPS-7)', async () => {
    const { teamId, elementIds, remove } = await made();
    const [orders = ''] = elementIds;
    await manyGuests(world.store, teamId, [orders], 3);
    const { id } = await remove(0);
    await world.store.inTeam(teamId, (tx) =>
      OperationRow.query(tx)
        .findById(id)
        .patch({ createdAt: new Date(0) }),
    );
    await startUnstarted(world.store, world.processes, pino({ level: 'silent' }));
    await eventually(async () => (await row(teamId, id)).workflowStartedAt !== null);
    expect(await over(id)).toEqual({ state: 'completed', told: 5 });
    expect(await begin(teamId, id)).toBe(true);
    expect(world.outbox).toHaveLength(5);
    const open = await world.store.inTeam(teamId, (tx) => GuestLossRow.query(tx).whereNull('settledAt'));
    expect(open).toEqual([]);
  }, 60_000);
});
