import { v7 as uuid } from 'uuid';
import { DEFAULT_POLICY, pinnedPolicy } from '../../domain/policy';
import { deleteElement } from '../../operations/delete-element';
import { deleteWorkspace } from '../../operations/delete-workspace';
import { removeMember } from '../../operations/remove-member';
import {
  Approval,
  ApprovalEvent,
  ApprovalGrant,
  AuditEvent,
  Invitation,
  Share,
  type Element,
  type Team,
  type User,
  type Workspace,
} from '../../store/models';
import { openTestStore, type TestStore } from '../support/database';
import { byPerson, worldOf } from '../support/world';

describe('pending requests, when something that they need goes (INVITE-12)', () => {
  let store: TestStore;
  let world: ReturnType<typeof worldOf>;
  let team: Team;
  let admin: User;
  let workspace: Workspace;

  beforeAll(async () => {
    store = await openTestStore();
    world = worldOf(store);
    team = await world.team();
    admin = await world.member(team.id, ['super_admin']);
  });
  beforeEach(async () => {
    workspace = await world.workspace(team.id, 'team');
    await world.workspaceRole(workspace, admin.id, 'admin');
  });
  afterAll(() => store.close());

  /** A pending request that asks for these elements, each by its requester. */
  async function request(
    asked: readonly { element: Element; by: User; role?: 'viewer' | 'editor' }[],
    given: { email?: string; subjectUserId?: string; state?: 'approved' } = {},
  ): Promise<string> {
    const id = uuid();
    const [head] = asked;
    if (head === undefined) throw new Error('a request asks for something');
    const approved = given.state === 'approved';
    await store.inTeam(team.id, async (tx) => {
      await Approval.query(tx).insert({
        ...{ id, teamId: team.id, kind: 'invite', state: given.state ?? 'pending', revision: asked.length },
        ...{ email: given.email ?? `new-${id}@example.test`, subjectUserId: given.subjectUserId ?? null },
        ...{ elementId: head.element.id, requestedRole: head.role ?? 'viewer', teamRole: 'developer' },
        ...{
          policy: pinnedPolicy(DEFAULT_POLICY),
          createdAt: new Date(),
          expiresAt: new Date(Date.now() + 1e9),
        },
        ...(approved ? { decision: 'approve', grantedRole: 'viewer' } : {}),
      });
      for (const { element, by, role } of asked) {
        const shareId = uuid();
        const createdAt = new Date();
        const elementId = element.id;
        await Share.query(tx).insert({ id: shareId, teamId: team.id, elementId, sharerId: by.id, createdAt });
        await ApprovalGrant.query(tx).insert({
          ...{ approvalId: id, elementId, requesterId: by.id, teamId: team.id, shareId },
          ...{ role: role ?? 'viewer', createdAt },
        });
      }
    });
    return id;
  }

  const approval = (id: string) => store.inTeam(team.id, (tx) => Approval.query(tx).findById(id));
  const timeline = (id: string) =>
    store.inTeam(team.id, (tx) => ApprovalEvent.query(tx).where({ approvalId: id }).orderBy('id'));
  const removeElement = (element: Element) =>
    deleteElement(store, byPerson(admin.id), { id: uuid(), elementId: element.id, teamId: team.id });
  const leave = (user: User) =>
    removeMember(store, byPerson(admin.id), { id: uuid(), teamId: team.id, userId: user.id });

  it('close as element_gone with the element, with timeline and audit line', async () => {
    const element = await world.element(workspace);
    const id = await request([{ element, by: admin }]);
    const { changedApprovals, operation } = await removeElement(element);
    expect(changedApprovals).toEqual([id]);
    expect(operation.result).toEqual({
      ...{ elementId: element.id, changedApprovals: [id] },
      ...{ guestsRemoved: 0, guestsLosingElement: 0 },
    });
    expect(await approval(id)).toMatchObject({ state: 'closed', closeReason: 'element_gone' });
    expect(await timeline(id)).toMatchObject([
      { type: 'closed', userId: admin.id, data: { reason: 'element_gone' } },
    ]);
    const line = await store.inTeam(team.id, (tx) => AuditEvent.query(tx).orderBy('seq', 'desc').first());
    expect(line).toMatchObject({ action: 'approval.closed', targetId: id });
  });

  it('close as workspace_gone with the workspace', async () => {
    const id = await request([{ element: await world.element(workspace), by: admin }]);
    const { changedApprovals } = await deleteWorkspace(store, byPerson(admin.id), {
      ...{ id: uuid(), workspaceId: workspace.id, teamId: team.id },
    });
    expect(changedApprovals).toEqual([id]);
    expect(await approval(id)).toMatchObject({ state: 'closed', closeReason: 'workspace_gone' });
  });

  it('go on for what is left of a merged one, under a new revision (INVITE-4)', async () => {
    const [one, two] = [await world.element(workspace), await world.element(workspace)];
    const id = await request([
      { element: one, by: admin, role: 'editor' },
      { element: two, by: admin, role: 'viewer' },
    ]);
    expect((await removeElement(one)).changedApprovals).toEqual([id]);
    expect(await approval(id)).toMatchObject({
      ...{ state: 'pending', revision: 3 },
      ...{ elementId: two.id, requestedRole: 'viewer' },
    });
    expect(await timeline(id)).toMatchObject([{ type: 'reduced', data: { revision: 3 } }]);
    await removeElement(two);
    expect(await approval(id)).toMatchObject({ state: 'closed', closeReason: 'element_gone' });
  });

  it('close as requester_gone when who asked is removed, of a merged one only their part (GUEST-7)', async () => {
    const [one, two] = [await world.member(team.id, ['billing']), await world.member(team.id, ['billing'])];
    const element = await world.element(workspace);
    const alone = await request([{ element, by: one }]);
    const merged = await request([
      { element, by: one },
      { element, by: two },
    ]);
    const { changedApprovals } = await leave(one);
    expect([...changedApprovals].sort()).toEqual([alone, merged].sort());
    expect(await approval(alone)).toMatchObject({ state: 'closed', closeReason: 'requester_gone' });
    expect(await approval(merged)).toMatchObject({ state: 'pending', revision: 3 });
    await leave(two);
    expect(await approval(merged)).toMatchObject({ state: 'closed', closeReason: 'requester_gone' });
  });

  it('close as subject_gone when who they are about is removed, and an open invitation of theirs ends', async () => {
    const guest = await world.member(team.id, ['guest']);
    const element = await world.element(workspace);
    const pending = await request([{ element, by: admin }], { email: guest.email, subjectUserId: guest.id });
    const open = await request([{ element, by: admin }], { email: guest.email, state: 'approved' });
    await store.inTeam(team.id, (tx) =>
      Invitation.query(tx).insert({
        ...{ id: open, teamId: team.id, email: guest.email, teamRole: 'developer' },
        ...{ state: 'sent', holdsSeat: true, createdAt: new Date() },
      }),
    );
    const { changedApprovals } = await leave(guest);
    expect([...changedApprovals].sort()).toEqual([pending, open].sort());
    expect(await approval(pending)).toMatchObject({ state: 'closed', closeReason: 'subject_gone' });
    const invitation = await store.inTeam(team.id, (tx) => Invitation.query(tx).findById(open));
    expect(invitation).toMatchObject({ state: 'cancelled', holdsSeat: false });
  });

  it('stay as they are when they are settled, or about something else', async () => {
    const [gone, other] = [await world.element(workspace), await world.element(workspace)];
    const settled = await request([{ element: gone, by: admin }], { state: 'approved' });
    const elsewhere = await request([{ element: other, by: admin }]);
    expect((await removeElement(gone)).changedApprovals).toEqual([]);
    expect(await approval(settled)).toMatchObject({ state: 'approved' });
    expect(await approval(elsewhere)).toMatchObject({ state: 'pending', revision: 1 });
  });
});
