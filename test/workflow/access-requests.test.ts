import { v7 as uuid } from 'uuid';
import { changeElementRoles } from '../../operations/change-element-roles';
import { changeMemberRoles } from '../../operations/change-member-roles';
import { setWorkspaceMember } from '../../operations/set-workspace-member';
import { tellUntold } from '../../workers/starter';
import { inviteWorkflowId } from '../../workflows/contracts/invite';
import { askToEdit, decideAs, sharingWorld } from '../support/sharing-world';
import { byPerson, worldOf } from '../support/world';
import { eventually, openWorkflowWorld, type WorkflowWorld } from '../support/workflow-world';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

describe('a request for Editor as a run (GUEST-6)', () => {
  let world: WorkflowWorld;
  beforeAll(async () => {
    world = await openWorkflowWorld();
  }, 60_000);
  afterAll(() => world.close());
  beforeEach(() => world.reset());

  it('waits fifteen days, to the second, and then nothing is granted', async () => {
    const team = await sharingWorld(world.store, { policy: { approvalExpiry: 'P1D' } });
    const { approvalId, guest } = await askToEdit(world.store, team, await world.now());
    const { expiresAt, createdAt } = await world.approval(team.team.id, approvalId);
    expect(expiresAt.getTime() - createdAt.getTime()).toBe(15 * DAY_MS);
    await world.processes.startInvite({ approvalId, teamId: team.team.id });
    await world.passUntil(new Date(expiresAt.getTime() - 1_000));
    expect((await world.approval(team.team.id, approvalId)).state).toBe('pending');
    await world.passUntil(new Date(expiresAt.getTime() + 1_000));
    expect(await world.ending(approvalId)).toEqual({ state: 'expired', invitation: null });
    const letters = world.outbox.filter(({ to }) => to === guest.email).map(({ subject }) => subject);
    expect(letters).toEqual(['Your request to edit “Orders”: expired']);
  });

  it('ends with the guest’s access to the collection: cards are drawn once more, and the guest is told (INVITE-12)', async () => {
    const team = await sharingWorld(world.store);
    const make = worldOf(world.store);
    const { approvalId, guest } = await askToEdit(world.store, team, await world.now());
    await make.elementRole(await make.element(team.workspace), guest.id, 'guest_viewer');
    const ref = { approvalId, teamId: team.team.id };
    await world.processes.startInvite(ref);
    await eventually(() => Promise.resolve(world.outbox.some(({ to }) => to === team.sharer.email)));
    const drawnBefore = world.drawn.length;
    const { operation } = await changeElementRoles(world.store, byPerson(team.sharer.id, await world.now()), {
      ...{ id: uuid(), elementId: team.element.id, teamId: team.team.id },
      ...{ set: [], remove: [{ userId: guest.id }] },
    });
    // The operation's own run tells the request's, also where the process died that answered.
    await world.processes.accessChanged({ operationId: operation.id, teamId: team.team.id });
    // Without any time passing: at the next reminder it would look by itself.
    const handle = world.environment.client.workflow.getHandle(inviteWorkflowId(approvalId));
    await eventually(async () => (await handle.describe()).status.name === 'COMPLETED', 20_000);
    expect(await world.ending(approvalId)).toEqual({ state: 'closed', invitation: null });
    expect(world.drawn.length).toBeGreaterThan(drawnBefore);
    const letters = world.outbox.filter(({ to }) => to === guest.email).map(({ subject }) => subject);
    expect(letters).toContain('Your request to edit “Orders”: closed');
  });

  it('escalates to Editors and Team Admins afresh, and tells the last resort (INVITE-7)', async () => {
    const team = await sharingWorld(world.store);
    const { approvalId } = await askToEdit(world.store, team, await world.now());
    await world.processes.startInvite({ approvalId, teamId: team.team.id });
    await world.pass(72 * HOUR_MS + 60_000);
    const subjects = (to: string) =>
      world.outbox.filter((mail) => mail.to === to).map(({ subject }) => subject);
    const last = () => subjects('last-resort@example.test');
    await eventually(() => Promise.resolve(last().length > 0));
    expect(last()).toEqual([expect.stringMatching(/^Waiting for too long/)]);
    for (const { email } of [team.sharer, team.admin]) {
      expect(subjects(email).map((subject) => subject.split(':')[0])).toEqual([
        expect.stringMatching(/^Make Gus Editor/),
        expect.stringMatching(/^Still waiting/),
        expect.stringMatching(/^Waiting for too long/),
      ]);
    }
    expect(await world.approval(team.team.id, approvalId)).toMatchObject({ state: 'pending' });
  });

  it('ends when whoever asked takes it back, and tells nobody that it was decided (INVITE-8)', async () => {
    const team = await sharingWorld(world.store);
    const { approvalId, guest } = await askToEdit(world.store, team, await world.now());
    const ref = { approvalId, teamId: team.team.id };
    await world.processes.startInvite(ref);
    const by = { userId: team.admin.id, via: 'web', requestId: null } as const;
    expect(await world.processes.withdraw(ref, by)).toBe('forbidden');
    expect(await world.processes.withdraw(ref, { ...by, userId: guest.id })).toBe('withdrawn');
    expect(await world.ending(approvalId)).toEqual({ state: 'withdrawn', invitation: null });
    expect(world.outbox.filter(({ to }) => to === guest.email)).toEqual([]);
  });

  it('ends by itself when the role comes another way, though nobody tells it, and says so', async () => {
    const team = await sharingWorld(world.store);
    const { approvalId, guest } = await askToEdit(world.store, team, await world.now());
    await world.processes.startInvite({ approvalId, teamId: team.team.id });
    const { id: teamId } = team.team;
    // By the starter's clock, which no skipped time moves: longer ago than it leaves a change to whoever made it.
    const byAdmin = byPerson(team.admin.id, new Date(Date.now() - 10_000));
    await changeMemberRoles(world.store, byAdmin, {
      ...{ teamId, userId: guest.id, roles: ['developer'] },
    });
    await worldOf(world.store).workspaceRole(team.workspace, team.admin.id, 'admin');
    await setWorkspaceMember(world.store, byAdmin, {
      ...{ workspaceId: team.workspace.id, teamId, userId: guest.id, role: 'editor' },
    });
    expect(await tellUntold(world.store, world.processes)).toBe(1);
    expect(await world.ending(approvalId)).toEqual({ state: 'approved', invitation: null });
    const told = world.outbox.filter(({ to }) => to === guest.email).map(({ subject }) => subject);
    expect(told).toEqual(['Your request to edit “Orders”: approved']);
  });

  it('asks Editors and Team Admins by mail, takes both halves, ends without an invitation, and tells the guest', async () => {
    const team = await sharingWorld(world.store);
    const { approvalId, guest } = await askToEdit(world.store, team, await world.now());
    const ref = { approvalId, teamId: team.team.id };
    await world.processes.startInvite(ref);
    const asked = (to: string) =>
      world.outbox.some((mail) => mail.to === to && /^Make Gus Editor/.test(mail.subject));
    await eventually(() => Promise.resolve(asked(team.sharer.email) && asked(team.admin.email)));
    const decide = async (userId: string) =>
      decideAs(
        world.store,
        world.processes,
        { userId, asOf: await world.now(), ...ref },
        { verdict: 'approve' },
      );
    expect(await decide(team.sharer.id)).toBe('recorded');
    expect(await decide(team.admin.id)).toBe('approved');
    expect(await world.ending(approvalId)).toEqual({ state: 'approved', invitation: null });
    const told = world.outbox.find(({ to, subject }) => to === guest.email && /approved$/.test(subject));
    expect(told?.text).toContain('Gus edits “Orders” now, and is Developer of the team.');
    const handle = world.environment.client.workflow.getHandle(inviteWorkflowId(approvalId));
    expect((await handle.describe()).typedSearchAttributes.getAll()).toEqual(
      expect.arrayContaining([expect.objectContaining({ value: 'access_request' })]),
    );
  });
});
