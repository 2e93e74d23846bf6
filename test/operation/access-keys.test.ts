import { v7 as uuid } from 'uuid';
import type { TeamPolicy } from '../../domain/policy';
import { createAccessKey } from '../../operations/create-access-key';
import { deleteElement } from '../../operations/delete-element';
import { deleteWorkspace } from '../../operations/delete-workspace';
import { keepAccessKey, revokeAccessKey, revokeAllAccessKeys } from '../../operations/manage-access-key';
import { endOverdueKeys } from '../../operations/parts/end-keys';
import { updateTeam } from '../../operations/update-team';
import { AccessKey, AuditEvent, Member } from '../../store/models';
import { touchKey, writeKeyUses } from '../../store/queries/key-uses';
import { openTestStore, type TestStore } from '../support/database';
import { refusalOf } from '../support/refusals';
import { sharingWorld, type SharingWorld } from '../support/sharing-world';
import { byPerson, worldOf } from '../support/world';

const DAY = 86_400_000;
const INACTIVITY = 60 * DAY;
const START = new Date('2026-01-01T00:00:00.000Z');
const after = (ms: number) => new Date(START.getTime() + ms);

describe('access keys', () => {
  let store: TestStore;
  beforeAll(async () => {
    store = await openTestStore();
  });
  afterAll(() => store.close());

  async function made(given: { policy?: Partial<TeamPolicy> } = {}) {
    const world = await sharingWorld(store, given);
    const id = uuid();
    const key = await create(world, { id });
    return { world, id, key, ref: { keyId: id, teamId: world.team.id } };
  }
  const create = (world: SharingWorld, given: { id?: string; by?: string } = {}) =>
    createAccessKey(store, byPerson(given.by ?? world.sharer.id, START), {
      ...{ id: given.id ?? uuid(), elementId: world.element.id, teamId: world.team.id, name: 'CI' },
    });
  const row = (teamId: string, id: string) =>
    store.inTeam(teamId, (tx) => AccessKey.query(tx).findById(id).throwIfNotFound());
  const touch = (teamId: string, id: string, at: Date) => store.inTeam(teamId, (tx) => touchKey(tx, id, at));
  const end = (teamId: string, asOf: Date) =>
    store.inTeam(teamId, (tx) => endOverdueKeys(tx, { teamId, asOf }));
  const byOperator = (asOf: Date) =>
    ({ actor: { type: 'operator' }, source: 'api', requestId: null, asOf }) as const;

  it('are shown once and kept as a hash (KEY-1)', async () => {
    const { world, id, key } = await made();
    expect(key.secret).toMatch(/^dlk_[0-9A-Za-z]{38}$/);
    expect((await create(world, { id })).secret).toBeNull();
    const kept = JSON.stringify(await row(world.team.id, id));
    const lines = JSON.stringify(
      await store.inTeam(world.team.id, (tx) => AuditEvent.query(tx).where({ teamId: world.team.id })),
    );
    expect(kept + lines).not.toContain(key.secret);
    expect(lines).toContain('collection_access_key.created');
  });

  it('are made by whoever may share, unless the team blocks it (KEY-1)', async () => {
    const { world } = await made();
    const { team, element } = world;
    const viewer = await worldOf(store).member(team.id, ['developer']);
    await expect(create(world, { by: viewer.id })).resolves.toBeDefined();
    const guest = await worldOf(store).member(team.id, ['guest']);
    await worldOf(store).elementRole(element, guest.id, 'guest_viewer');
    expect(await refusalOf(create(world, { by: guest.id }))).toBe('forbidden');
    const stranger = await worldOf(store).user();
    expect(await refusalOf(create(world, { by: stranger.id }))).toBe('not_found');
    await updateTeam(store, byPerson(world.admin.id, START), {
      teamId: team.id,
      policy: { keyCreation: 'blocked' },
    });
    expect(await refusalOf(create(world))).toBe('forbidden');
  });

  it('serve one millisecond before 60 days are over and not at that instant (KEY-4)', async () => {
    for (const [ms, serves] of [
      [-1, true],
      [0, false],
      [1, false],
    ] as const) {
      const { world, id } = await made();
      expect(await touch(world.team.id, id, after(INACTIVITY + ms))).toBe(serves);
      const ended = await end(world.team.id, after(INACTIVITY + ms));
      expect(ended.map((key) => key.id)).toEqual(serves ? [] : [id]);
    }
  });

  it('live for another 60 days from each use (KEY-4)', async () => {
    const { world, id } = await made();
    expect(await touch(world.team.id, id, after(INACTIVITY - 1))).toBe(true);
    expect(await touch(world.team.id, id, after(2 * INACTIVITY - 2))).toBe(true);
    expect(await touch(world.team.id, id, after(3 * INACTIVITY - 2))).toBe(false);
  });

  it('never end when used, however a use races the end (KEY-4)', async () => {
    const uses = new Set<boolean>();
    for (let round = 0; round < 30; round += 1) {
      const { world, id } = await made();
      const teamId = world.team.id;
      const race = [
        () => touch(teamId, id, after(INACTIVITY - 1)),
        async () => (await end(teamId, after(INACTIVITY))).length === 0,
      ] as const;
      const [one, other] = await Promise.all(
        (round % 2 === 0 ? race : [race[1], race[0]]).map((start) => start()),
      );
      // Used and kept, or ended and not used: never one without the other.
      expect(one).toBe(other);
      expect((await row(teamId, id)).endedAt === null).toBe(one);
      uses.add(one === true);
    }
    expect(uses).toContain(true);
  });

  it('stay ended when the policy grows, and end at once when it shrinks (KEY-4)', async () => {
    const { world, id, ref } = await made();
    const teamId = world.team.id;
    const grow = (to: string, asOf: Date) =>
      updateTeam(store, byOperator(asOf), { teamId, policy: { keyInactivity: to } });
    await grow('P30D', after(DAY));
    expect(await touch(teamId, id, after(30 * DAY))).toBe(false);
    await grow('P365D', after(31 * DAY));
    expect(await row(teamId, id)).toMatchObject({ endReason: 'expired', endedAt: after(30 * DAY) });
    expect(await touch(teamId, id, after(32 * DAY))).toBe(false);
    expect(await refusalOf(keepAccessKey(store, byPerson(world.sharer.id, after(32 * DAY)), ref))).toBe(
      'expired',
    );
    // Behind the rule stands the table: no statement brings it back.
    const revive = store.inTeam(teamId, (tx) =>
      AccessKey.query(tx).findById(id).patch({ endedAt: null, endReason: null }),
    );
    await expect(revive).rejects.toThrow(/stays ended/);
  });

  it('take gathered uses in one statement, and no late one brings an ended key back (KEY-4)', async () => {
    const { world, id, ref } = await made();
    const teamId = world.team.id;
    const other = uuid();
    await create(world, { id: other });
    await revokeAccessKey(store, byPerson(world.sharer.id, after(1)), ref);
    const uses = [id, other].map((keyId) => ({ keyId, at: after(DAY) }));
    await store.acrossTeams((tx) => writeKeyUses(tx, uses));
    expect((await row(teamId, id)).lastUsedAt).toBeNull();
    expect((await row(teamId, other)).lastUsedAt).toEqual(after(DAY));
    // An older use that comes late turns nothing back.
    await store.acrossTeams((tx) => writeKeyUses(tx, [{ keyId: other, at: after(1) }]));
    expect((await row(teamId, other)).idleSince).toEqual(after(DAY));
  });

  it('are revoked by those of the table, for good (KEY-5)', async () => {
    const { world, id, ref } = await made();
    const member = await worldOf(store).member(world.team.id, ['developer']);
    const guest = await worldOf(store).member(world.team.id, ['guest']);
    const by = (userId: string) => revokeAccessKey(store, byPerson(userId, after(1)), ref);
    expect(await refusalOf(by(member.id))).toBe('forbidden');
    expect(await refusalOf(by(guest.id))).toBe('not_found');
    const manager = await worldOf(store).member(world.team.id, ['community_manager']);
    await by(manager.id);
    await by(world.admin.id);
    expect(await row(world.team.id, id)).toMatchObject({ endReason: 'revoked', endedBy: manager.id });
    expect(await touch(world.team.id, id, after(2))).toBe(false);
    expect(await refusalOf(keepAccessKey(store, byPerson(world.sharer.id, after(2)), ref))).toBe('conflict');
  });

  it('are revoked all at once, by Admins (KEY-5)', async () => {
    const { world } = await made();
    await create(world);
    const all = (userId: string) => revokeAllAccessKeys(store, byPerson(userId, after(1)), world.team.id);
    expect(await refusalOf(all(world.sharer.id))).toBe('forbidden');
    expect([await all(world.admin.id), await all(world.admin.id)]).toEqual([2, 0]);
  });

  it('outlive their maker’s membership (KEY-6)', async () => {
    const { world, id } = await made();
    await store.inTeam(world.team.id, (tx) => Member.query(tx).deleteById([world.team.id, world.sharer.id]));
    expect(await touch(world.team.id, id, after(DAY))).toBe(true);
  });

  it.each(['element', 'workspace'] as const)('end with their %s (KEY-6)', async (what) => {
    const { world, id } = await made();
    const { team, element, workspace, sharer, admin } = world;
    if (what === 'element') {
      const gone = { id: uuid(), elementId: element.id, teamId: team.id };
      await deleteElement(store, byPerson(sharer.id, after(1)), gone);
    } else {
      await worldOf(store).workspaceRole(workspace, admin.id, 'admin');
      const gone = { id: uuid(), workspaceId: workspace.id, teamId: team.id };
      await deleteWorkspace(store, byPerson(admin.id, after(1)), gone);
    }
    expect(await row(team.id, id)).toMatchObject({ endReason: 'collection_gone' });
    const lines = await store.inTeam(team.id, (tx) =>
      AuditEvent.query(tx).where({ targetId: id, action: 'collection_access_key.revoked' }),
    );
    expect(lines).toHaveLength(1);
  });
});
