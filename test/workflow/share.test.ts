import { v7 as uuid } from 'uuid';
import { setNotificationPreferences } from '../../operations/set-notification-preferences';
import { shareElement } from '../../operations/share-element';
import { Notification, Share } from '../../store/models';
import { requestOf, shareWith, sharingWorld } from '../support/sharing-world';
import { byPerson, worldOf } from '../support/world';
import { eventually, openWorkflowWorld, type WorkflowWorld } from '../support/workflow-world';

describe('what follows a share', () => {
  let world: WorkflowWorld;

  beforeAll(async () => {
    world = await openWorkflowWorld();
  }, 60_000);
  afterAll(() => world.close());
  afterEach(() => world.reset());

  it('tells each member once, whatever the number of starts (SHARE-3, SHARE-9)', async () => {
    const { store, processes, outbox } = world;
    const team = await sharingWorld(store);
    const member = await worldOf(store).member(team.team.id, ['developer']);
    const asOf = await world.now();
    const share = await shareWith(store, team, { userId: member.id }, { asOf });
    const ref = { shareId: share.id, teamId: team.team.id };
    expect(await processes.startShare(ref)).toBe(true);
    expect(await processes.startShare(ref)).toBe(true);
    await eventually(() => Promise.resolve(outbox.some(({ to }) => to === member.email)));
    // Once more after the first run ended: what was told stays told.
    await world.result(`share:${share.id}`);
    await processes.startShare(ref);
    await world.result(`share:${share.id}`);
    expect(outbox.filter(({ to }) => to === member.email)).toHaveLength(1);
    const told = await store.inTeam(team.team.id, (tx) =>
      Notification.query(tx).where({ userId: member.id }),
    );
    expect(told.map(({ event }) => event)).toEqual(['element.shared']);
    const row = await store.inTeam(team.team.id, (tx) => Share.query(tx).findById(share.id));
    expect(row?.workflowStartedAt).not.toBeNull();
  });

  it('starts the requests that it made (INVITE-1)', async () => {
    const { store, processes } = world;
    const team = await sharingWorld(store);
    const asOf = await world.now();
    const share = await shareWith(store, team, { email: `new-${uuid()}@example.test` }, { asOf });
    await processes.startShare({ shareId: share.id, teamId: team.team.id });
    await eventually(async () => {
      const { workflowStartedAt } = await world.approval(team.team.id, requestOf(share));
      return workflowStartedAt !== null;
    });
  });

  it('mails an invitation that needs no approval at once (INVITE-1)', async () => {
    const { store, processes, outbox } = world;
    const team = await sharingWorld(store);
    const email = `new-${uuid()}@example.test`;
    const asOf = await world.now();
    await worldOf(store).elementRole(team.element, team.admin.id, 'editor');
    const share = await shareElement(store, byPerson(team.admin.id, asOf), {
      shareId: uuid(),
      elementId: team.element.id,
      teamId: team.team.id,
      recipients: [{ email }],
    });
    expect(share.recipients[0]?.outcome).toBe('invited');
    await processes.startShare({ shareId: share.id, teamId: team.team.id });
    await eventually(() => Promise.resolve(outbox.some(({ to }) => to === email)));
    expect(world.drawn.filter(({ approvalId }) => approvalId === requestOf(share))).toEqual([]);
  });

  it('mails who has quiet hours when these end, by a run that ends with them (SLACK-5)', async () => {
    const { store, processes, outbox } = world;
    const team = await sharingWorld(store);
    const member = await worldOf(store).member(team.team.id, ['developer']);
    const asOf = await world.now();
    const clock = (ms: number) => new Date(asOf.getTime() + ms).toISOString().slice(11, 16);
    const quietHours = { from: clock(-3_600_000), to: clock(2 * 3_600_000), timeZone: 'UTC' };
    await setNotificationPreferences(store, member.id, { topics: {}, quietHours });
    const share = await shareWith(store, team, { userId: member.id }, { asOf });
    await processes.startShare({ shareId: share.id, teamId: team.team.id });
    await world.result(`share:${share.id}`);
    const inApp = await store.inTeam(team.team.id, (tx) =>
      Notification.query(tx).where({ userId: member.id }),
    );
    expect(inApp).toHaveLength(1);
    expect(outbox.filter(({ to }) => to === member.email)).toEqual([]);
    await world.result(`held-notices:${team.team.id}`);
    expect(outbox.filter(({ to }) => to === member.email)).toHaveLength(1);
    expect((await world.now()).getTime() - asOf.getTime()).toBeGreaterThan(1.9 * 3_600_000);
  });
});
