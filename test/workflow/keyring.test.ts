import { v7 as uuid } from 'uuid';
import type { TeamPolicy } from '../../domain/policy';
import { createAccessKey } from '../../operations/create-access-key';
import { AccessKey, AuditEvent, Notification } from '../../store/models';
import { touchKey } from '../../store/queries/key-uses';
import { startUnstarted } from '../../workers/starter';
import { sharingWorld, type SharingWorld } from '../support/sharing-world';
import { byPerson } from '../support/world';
import { eventually, openWorkflowWorld, type WorkflowWorld } from '../support/workflow-world';
import { pino } from 'pino';

const DAY = 86_400_000;

describe('a team’s keyring', () => {
  let world: WorkflowWorld;
  beforeAll(async () => {
    world = await openWorkflowWorld();
  }, 60_000);
  afterAll(() => world.close());
  afterEach(() => world.reset());

  async function made(policy: Partial<TeamPolicy> = {}) {
    const team = await sharingWorld(world.store, { policy });
    const id = await create(team);
    return { team, teamId: team.team.id, id };
  }
  async function create(team: SharingWorld): Promise<string> {
    const id = uuid();
    const key = { id, elementId: team.element.id, teamId: team.team.id, name: null };
    await createAccessKey(world.store, byPerson(team.sharer.id, await world.now()), key);
    return id;
  }
  const row = (teamId: string, id: string) =>
    world.store.inTeam(teamId, (tx) => AccessKey.query(tx).findById(id).throwIfNotFound());
  const told = async (teamId: string) => {
    const rows = await world.store.inTeam(teamId, (tx) =>
      Notification.query(tx).where({ teamId }).orderBy('id'),
    );
    return rows.map(({ event }) => event);
  };
  const over = (teamId: string) => world.result<unknown>(`keyring:${teamId}`);

  it('warns 14, 7 and 1 days before, marks the end, tells the owner once each, and ends with the last key (KEY-4)', async () => {
    const { team, teamId, id } = await made();
    const { createdAt } = await row(teamId, id);
    await world.processes.keysChanged(teamId);
    await over(teamId);
    expect(await told(teamId)).toEqual(['key.ending', 'key.ending', 'key.ending', 'key.ended']);
    expect(await row(teamId, id)).toMatchObject({
      endReason: 'expired',
      endedAt: new Date(createdAt.getTime() + 60 * DAY),
      warnedBeforeMs: String(DAY),
    });
    const mails = world.outbox.filter(({ to }) => to === team.sharer.email);
    expect(mails).toHaveLength(4);
    const lines = await world.store.inTeam(teamId, (tx) =>
      AuditEvent.query(tx).where({ targetId: id, action: 'collection_access_key.expired' }),
    );
    expect(lines.map(({ actor, source }) => [actor.name, source])).toEqual([['key_inactivity', 'timer']]);
  }, 60_000);

  it('begins its warnings anew after a use (KEY-4)', async () => {
    const { teamId, id } = await made({ keyInactivity: 'P10D', keyWarnings: ['P14D', 'P1D'] });
    await world.processes.keysChanged(teamId);
    await world.pass(9 * DAY + 60_000);
    await eventually(async () => (await told(teamId)).length === 1);
    const used = await world.now();
    await world.store.inTeam(teamId, (tx) => touchKey(tx, id, used));
    await over(teamId);
    expect(await told(teamId)).toEqual(['key.ending', 'key.ending', 'key.ended']);
    expect((await row(teamId, id)).endedAt).toEqual(new Date(used.getTime() + 10 * DAY));
  }, 60_000);

  it('sends the latest alone of several warnings that are due (KEY-4)', async () => {
    const { teamId, id } = await made();
    await world.pass(59 * DAY + 60_000);
    await world.processes.keysChanged(teamId);
    await over(teamId);
    expect(await told(teamId)).toEqual(['key.ending', 'key.ended']);
    expect((await row(teamId, id)).warnedBeforeMs).toBe(String(DAY));
  }, 60_000);

  it('is started for keys that no run was told of (OPS-7)', async () => {
    const { teamId, id } = await made({ keyInactivity: 'PT1H', keyWarnings: [] });
    // The row is older than the starter's patience, as it would be after a crash between commit and start.
    await world.store.inTeam(teamId, (tx) =>
      AccessKey.query(tx)
        .findById(id)
        .patch({ createdAt: new Date(0), idleSince: new Date(0) }),
    );
    await startUnstarted(world.store, world.processes, pino({ level: 'silent' }));
    await over(teamId);
    expect(await row(teamId, id)).toMatchObject({ endReason: 'expired' });
    expect((await row(teamId, id)).keyringToldAt).not.toBeNull();
  }, 60_000);

  it('marks keys also while no mail goes out, and tells when it does again (KEY-4)', async () => {
    const { team, teamId, id } = await made({ keyInactivity: 'PT1H', keyWarnings: [] });
    world.faults.mail = true;
    await world.processes.keysChanged(teamId);
    await world.pass(3_600_000 + 60_000);
    await eventually(async () => (await row(teamId, id)).endedAt !== null);
    world.faults.mail = false;
    await over(teamId);
    expect(world.outbox.filter(({ to }) => to === team.sharer.email)).toHaveLength(1);
  }, 60_000);
});
