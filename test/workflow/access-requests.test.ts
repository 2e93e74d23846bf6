import { v7 as uuid } from 'uuid';
import { changeElementRoles } from '../../operations/change-element-roles';
import { inviteWorkflowId } from '../../workflows/contracts/invite';
import { askToEdit, decideAs, sharingWorld } from '../support/sharing-world';
import { byPerson, worldOf } from '../support/world';
import { eventually, openWorkflowWorld, type WorkflowWorld } from '../support/workflow-world';

const DAY_MS = 86_400_000;

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
