import { v7 as uuid } from 'uuid';
import type { Plan } from '../../domain/plans';
import type { TeamPolicy } from '../../domain/policy';
import { acceptInvitation } from '../../operations/accept-invitation';
import { besideDeciding } from '../../operations/beside-deciding';
import { changeElementRoles, promotionsWaiting } from '../../operations/change-element-roles';
import { createGroup } from '../../operations/create-group';
import { delegate } from '../../operations/delegate';
import { deleteElement } from '../../operations/delete-element';
import { foreseeImpact } from '../../operations/foresee-impact';
import { moveElement } from '../../operations/move-element';
import { removeMember } from '../../operations/remove-member';
import { requestAccess } from '../../operations/request-access';
import { setWorkspaceMember } from '../../operations/set-workspace-member';
import { shareElement } from '../../operations/share-element';
import { updateGroup } from '../../operations/update-group';
import { withdrawApproval } from '../../operations/withdraw-approval';
import {
  Approval,
  AuditEvent,
  Member,
  Workspace,
  type Element,
  type Team,
  type User,
} from '../../store/models';
import { elementRoleOf, findElement } from '../../store/queries/access';
import { approvalView } from '../../store/queries/approval-view';
import { listApprovalIds } from '../../store/queries/list-approvals';
import { decideNow, type Wish } from '../support/attempts';
import { openTestStore, type TestStore } from '../support/database';
import { refusalOf } from '../support/refusals';
import { byPerson, worldOf } from '../support/world';

describe('asking to become Editor (GUEST-6)', () => {
  let store: TestStore;
  let team: Team;
  let element: Element;
  let admin: User;
  let editor: User;
  let guest: User;

  beforeAll(async () => {
    store = await openTestStore();
  });
  afterAll(() => store.close());
  beforeEach(() => make());

  async function make(given: { plan?: Plan; seats?: number; policy?: Partial<TeamPolicy> } = {}) {
    const world = worldOf(store);
    team = await world.team({ plan: 'free', seats: 5, ...given });
    admin = await world.member(team.id, ['admin'], { name: 'Ada' });
    editor = await world.member(team.id, ['developer'], { name: 'Eve' });
    guest = await world.member(team.id, ['guest'], { name: 'Gus' });
    element = await world.element(await world.workspace(team.id));
    await world.elementRole(element, editor.id, 'editor');
    await world.elementRole(element, guest.id, 'guest_viewer');
  }

  const inTeam = <T>(work: Parameters<typeof store.inTeam<T>>[1]) => store.inTeam(team.id, work);
  const ask = (by = guest, asOf = new Date()) =>
    requestAccess(store, byPerson(by.id, asOf), {
      ...{ id: uuid(), elementId: element.id, teamId: team.id, note: 'I fix typos' },
    });
  const decide = (approvalId: string, by: User, given: Partial<Wish> = {}) =>
    decideNow(store, { ...{ teamId: team.id, approvalId, userId: by.id, verdict: 'approve' }, ...given });
  const view = async (id: string) => {
    const found = await inTeam((tx) => approvalView(tx, id, new Date()));
    if (found === null) throw new Error('there is no such request');
    return found;
  };
  const standing = ({ id: userId }: User) =>
    inTeam(async (tx) => {
      const placed = await findElement(tx, element.id);
      const member = await Member.query(tx).findById([team.id, userId]);
      return [member?.roles, placed === null ? null : await elementRoleOf(tx, placed, userId)];
    });
  const setEditor = (userId: string, by = editor) =>
    changeElementRoles(store, byPerson(by.id), {
      ...{ id: uuid(), elementId: element.id, teamId: team.id, remove: [] },
      set: [{ userId, role: 'editor' }],
    });
  const waitsFor = ({ id: userId }: User) =>
    store.acrossTeams((tx) =>
      listApprovalIds(
        tx,
        { type: 'person', userId },
        { for: 'me', limit: 10, before: null, asOf: new Date() },
      ),
    );

  it('makes a guest Editor and Developer by the word of an Editor who could have invited them', async () => {
    const id = await ask();
    const asked = await view(id);
    expect(asked).toMatchObject({
      ...{ kind: 'access_request', state: 'pending', requestedRole: 'editor', teamRole: 'developer' },
      ...{ requester: { name: 'Gus' }, subject: { userId: guest.id }, reason: 'I fix typos' },
      approvals: { required: 1, given: [] },
    });
    expect(asked.expiresAt.getTime() - asked.createdAt.getTime()).toBe(15 * 86_400_000);
    expect(await waitsFor(editor)).toEqual([id]);
    expect(await waitsFor(guest)).toEqual([]);
    expect(await decide(id, editor)).toBe('approved');
    expect(await standing(guest)).toEqual([['developer'], 'editor']);
    expect(await view(id)).toMatchObject({ state: 'approved', decidedBy: { name: 'Eve' }, invitation: null });
  });

  it('takes an Editor and a Team Admin where the Editor could not have invited, each asked while they lack', async () => {
    await make({ plan: 'enterprise' });
    const id = await ask();
    expect((await view(id)).approvers.map(({ name }) => name)).toEqual(['Ada', 'Eve']);
    expect(await decide(id, editor)).toBe('recorded');
    const half = await view(id);
    expect(half.approvers.map(({ name }) => name)).toEqual(['Ada']);
    expect(half.approvals).toMatchObject({ required: 2, given: [{ name: 'Eve' }] });
    expect([await waitsFor(editor), await waitsFor(admin)]).toEqual([[], [id]]);
    expect(await standing(guest)).toEqual([['guest'], 'guest_viewer']);
    expect(await decide(id, admin)).toBe('approved');
    expect(await standing(guest)).toEqual([['developer'], 'editor']);
  });

  it('gives a Viewer who is a member the role alone, by an Editor’s word', async () => {
    const viewer = await worldOf(store).member(team.id, ['developer'], { name: 'Vic' });
    const id = await ask(viewer);
    expect(await view(id)).toMatchObject({ teamRole: null });
    expect(await decide(id, admin)).toBe('not_an_approver');
    expect(await decide(id, editor)).toBe('approved');
    expect(await standing(viewer)).toEqual([['developer'], 'editor']);
  });

  it('refuses a second request, Editors, strangers, and one’s own decision', async () => {
    const id = await ask();
    expect(await refusalOf(ask())).toBe('already_requested');
    expect(await refusalOf(ask(editor))).toBe('forbidden');
    expect(await refusalOf(ask(await worldOf(store).user()))).toBe('not_found');
    expect(await decide(id, guest)).toBe('self_approval');
    expect(await decide(id, editor, { verdict: 'deny' })).toBe('denied');
    expect(await standing(guest)).toEqual([['guest'], 'guest_viewer']);
    expect(await ask()).not.toBe(id);
  });

  it('is taken at its last millisecond and not at its end; what is over gives way to a new one', async () => {
    const id = await ask();
    const { expiresAt } = await view(id);
    const at = (ms: number) => new Date(expiresAt.getTime() + ms);
    expect(await decide(id, editor, { asOf: at(0) })).toBe('expired');
    const again = await ask(guest, at(1));
    expect(await decide(again, editor, { asOf: at(15 * 86_400_000) })).toBe('approved');
  });

  it('stays pending without a seat (INVITE-2)', async () => {
    await make({ seats: 1 });
    const id = await ask();
    expect(await decide(id, editor)).toBe('no_seats');
    expect(await view(id)).toMatchObject({ state: 'pending' });
    expect(await refusalOf(setEditor(guest.id))).toBe('no_seats');
  });

  it('closes with the element, with whoever asked, and when they take it back (INVITE-8, INVITE-12)', async () => {
    const withdrawn = await ask();
    const ref = { approvalId: withdrawn, teamId: team.id };
    expect(await withdrawApproval(store, byPerson(guest.id), ref)).toBe('withdrawn');
    const left = await ask();
    const removal = { id: uuid(), teamId: team.id, userId: guest.id };
    await removeMember(store, byPerson(admin.id), removal);
    expect(await view(left)).toMatchObject({ state: 'closed', closeReason: 'requester_gone' });
    const viewer = await worldOf(store).member(team.id, ['developer']);
    const gone = await ask(viewer);
    await deleteElement(store, byPerson(editor.id), { id: uuid(), teamId: team.id, elementId: element.id });
    expect(await view(gone)).toMatchObject({ state: 'closed', closeReason: 'element_gone' });
  });

  it('closes with a guest’s access to the collection, whoever asked, and impact says so; what else they asked stays (INVITE-12, GUEST-8)', async () => {
    await make({ policy: { editorMayPromoteGuest: 'teamAdminToo' } });
    const world = worldOf(store);
    const other = await world.element(await world.workspace(team.id));
    const promoted = await world.member(team.id, ['guest']);
    for (const { id } of [guest, promoted]) await world.elementRole(other, id, 'guest_viewer');
    await world.elementRole(element, promoted.id, 'guest_viewer');
    const own = await ask();
    const elsewhere = await requestAccess(store, byPerson(guest.id), {
      ...{ id: uuid(), elementId: other.id, teamId: team.id, note: null },
    });
    const [byEditor = ''] = promotionsWaiting((await setEditor(promoted.id)).operation);
    const input = {
      ...{ elementId: element.id, set: [] },
      remove: [{ userId: guest.id }, { userId: promoted.id }],
    };
    const foreseen = await foreseeImpact(store, byPerson(editor.id), {
      ...{ type: 'roles_change', teamId: team.id, input },
    });
    expect(foreseen).toMatchObject({ guestsRemoved: [], pendingRequestsClosed: [own, byEditor].sort() });
    const done = await changeElementRoles(store, byPerson(editor.id), {
      ...{ id: uuid(), teamId: team.id, ...input },
    });
    expect([...done.changedApprovals].sort()).toEqual([own, byEditor].sort());
    for (const id of [own, byEditor]) {
      const closed = { state: 'closed', closeReason: 'subject_gone', endedAt: expect.any(Date) as Date };
      expect(await view(id)).toMatchObject(closed);
      expect(await decide(id, admin)).toBe('already_closed');
    }
    expect(await view(elsewhere)).toMatchObject({ state: 'pending', endedAt: null });
    expect(await standing(guest)).toEqual([['guest'], null]);
    const line = await inTeam((tx) =>
      AuditEvent.query(tx).findOne({ targetId: own, action: 'approval.closed' }),
    );
    expect(line).toMatchObject({ actor: { userId: editor.id }, after: { closeReason: 'subject_gone' } });
  });

  it('is settled when somebody gives the role by hand', async () => {
    const viewer = await worldOf(store).member(team.id, ['developer']);
    const id = await ask(viewer);
    const done = await setEditor(viewer.id);
    expect(done.changedApprovals).toContain(id);
    expect(await view(id)).toMatchObject({ state: 'approved', decidedBy: { name: 'Eve' } });
  });

  describe('is settled when the role comes another way:', () => {
    let viewer: User;
    let id: string;
    const byEditor = () => byPerson(editor.id);
    const at = () => ({ teamId: team.id, elementId: element.id });

    beforeEach(async () => {
      const world = worldOf(store);
      await world.workspaceRole(
        await inTeam((tx) => Workspace.query(tx).findById(element.workspaceId).throwIfNotFound()),
        editor.id,
        'admin',
      );
      viewer = await world.member(team.id, ['developer'], { name: 'Vic' });
      id = await ask(viewer);
    });

    /** Nothing waits, the lines say why, and the run hears of it even if nobody tells it. */
    async function settledBy(giver: string | null): Promise<void> {
      expect(await standing(viewer)).toEqual([['developer'], 'editor']);
      const { state, decidedBy, grantedRole, timeline } = await view(id);
      expect([state, decidedBy?.name ?? null, grantedRole]).toEqual(['approved', giver, 'editor']);
      expect(timeline.at(-1)).toMatchObject({ type: 'approved', data: { given: 'otherwise' } });
      const row = await inTeam((tx) => Approval.query(tx).findById(id).throwIfNotFound());
      expect(row.untoldSince).not.toBeNull();
      const audit = await inTeam((tx) =>
        AuditEvent.query(tx).where({ targetId: id, action: 'access_request.approved' }),
      );
      expect(audit).toHaveLength(1);
    }

    it('with a role in the workspace', async () => {
      const input = { workspaceId: element.workspaceId, teamId: team.id, userId: viewer.id };
      const less = await setWorkspaceMember(store, byEditor(), { ...input, role: 'viewer' });
      expect([less.changedApprovals, (await view(id)).state]).toEqual([[], 'pending']);
      const done = await setWorkspaceMember(store, byEditor(), { ...input, role: 'editor' });
      expect(done.changedApprovals).toEqual([id]);
      await settledBy('Eve');
    });

    it('by a group that they come into', async () => {
      const cause = byPerson(admin.id);
      const group = { id: uuid(), teamId: team.id, name: 'Core', memberIds: [] };
      await createGroup(store, cause, group);
      const set = [{ groupId: group.id, role: 'editor' as const }];
      await changeElementRoles(store, byEditor(), { id: uuid(), ...at(), set, remove: [] });
      expect((await view(id)).state).toBe('pending');
      const place = { groupId: group.id, teamId: team.id };
      const done = await updateGroup(store, cause, { ...place, memberIds: [viewer.id] });
      expect(done.changedApprovals).toEqual([id]);
      await settledBy('Ada');
    });

    it('by a move to where they are Editor', async () => {
      const world = worldOf(store);
      const theirs = await world.workspace(team.id);
      await world.workspaceRole(theirs, viewer.id, 'editor');
      await world.workspaceRole(theirs, editor.id, 'editor');
      const done = await moveElement(store, byEditor(), { id: uuid(), ...at(), workspaceId: theirs.id });
      expect(done.changedApprovals).toEqual([id]);
      await settledBy('Eve');
    });

    it('by an invitation that a guest accepts, in nobody’s name', async () => {
      const asked = await ask();
      const shared = await shareElement(store, byPerson(editor.id), {
        ...{ shareId: uuid(), ...at(), recipients: [{ email: guest.email, role: 'editor' as const }] },
      });
      const invitationId = shared.recipients[0]?.inviteId ?? '';
      expect((await view(asked)).state).toBe('pending');
      const accepted = await acceptInvitation(store, byPerson(guest.id), { invitationId, teamId: team.id });
      expect(accepted).toBe('accepted');
      [viewer, id] = [guest, asked];
      await settledBy(null);
    });

    it('in nobody’s name where a Team Admin gives it to themselves', async () => {
      viewer = await worldOf(store).member(team.id, ['developer', 'admin']);
      id = await ask(viewer);
      const group = { id: uuid(), teamId: team.id, name: 'Own', memberIds: [] };
      await createGroup(store, byPerson(admin.id), group);
      const set = [{ groupId: group.id, role: 'editor' as const }];
      await changeElementRoles(store, byEditor(), { id: uuid(), ...at(), set, remove: [] });
      const place = { groupId: group.id, teamId: team.id };
      await updateGroup(store, byPerson(viewer.id), { ...place, memberIds: [viewer.id] });
      expect(await view(id)).toMatchObject({ state: 'approved', decidedBy: null, decidedVia: 'api' });
    });
  });

  it('is claimed by whoever could decide, and by nobody else (INVITE-8)', async () => {
    await make({ plan: 'enterprise' });
    const id = await ask();
    const claim = (by: User) =>
      besideDeciding(
        store,
        byPerson(by.id),
        { approvalId: id, teamId: team.id, lineId: uuid() },
        { act: 'claim' },
      );
    expect(await claim(guest)).toEqual({ done: false, why: 'forbidden' });
    expect(await claim(editor)).toEqual({ done: true });
    expect((await view(id)).claimedBy).toMatchObject({ name: 'Eve' });
    // An Editor's half is given: one more of it is not theirs to claim.
    expect(await decide(id, editor)).toBe('recorded');
    const other = await worldOf(store).member(team.id, ['developer']);
    await worldOf(store).elementRole(element, other.id, 'editor');
    expect(await claim(other)).toEqual({ done: false, why: 'forbidden' });
    expect(await claim(admin)).toEqual({ done: true });
    const viewer = await worldOf(store).member(team.id, ['developer']);
    const ofMember = await ask(viewer);
    const line = { approvalId: ofMember, teamId: team.id, lineId: uuid() };
    // No Team Admin is asked for a member's request.
    expect(await besideDeciding(store, byPerson(admin.id), line, { act: 'claim' })).toEqual({
      ...{ done: false, why: 'forbidden' },
    });
  });

  it('is decided by “B for A”, who lends what they are to the element too, and never by whom it is for (INVITE-9)', async () => {
    await make({ plan: 'enterprise' });
    const world = worldOf(store);
    const bo = await world.member(team.id, ['billing'], { name: 'Bo' });
    const time = { from: new Date(), until: new Date(Date.now() + 3_600_000) };
    const handOver = (from: User, to: User) =>
      delegate(store, byPerson(from.id), { id: uuid(), teamId: team.id, toUserId: to.id, ...time });
    const id = await ask();
    expect((await handOver(admin, bo)).changedApprovals).toEqual([id]);
    expect((await view(id)).approvers.map(({ name }) => name)).toEqual(['Ada', 'Bo', 'Eve']);
    expect(await decide(id, bo)).toBe('recorded');
    // The two count once together, and an Editor's half is still to come.
    expect(await decide(id, admin)).toBe('already_approved_by_you');
    expect(await decide(id, editor)).toBe('approved');
    expect((await view(id)).approvals.given).toMatchObject([
      { name: 'Bo', onBehalfOf: { name: 'Ada' } },
      { name: 'Eve' },
    ]);
    expect(await standing(guest)).toEqual([['developer'], 'editor']);

    await world.elementRole(element, admin.id, 'editor');
    const other = await world.member(team.id, ['guest']);
    await world.elementRole(element, other.id, 'guest_viewer');
    const both = await ask(other);
    expect(await decide(both, bo)).toBe('approved');
    expect((await view(both)).decidedBy).toMatchObject({ name: 'Bo', onBehalfOf: { name: 'Ada' } });

    const second = await world.member(team.id, ['admin'], { name: 'Dan' });
    await world.elementRole(element, second.id, 'editor');
    const viewer = await world.member(team.id, ['developer'], { name: 'Vic' });
    await handOver(second, viewer);
    expect(await decide(await ask(viewer), viewer)).toBe('self_approval');
  });

  describe('by Manage roles', () => {
    it('promotes a guest at once where the Editor’s word is enough, also on what the guest asked', async () => {
      const id = await ask();
      expect(promotionsWaiting((await setEditor(guest.id)).operation)).toEqual([]);
      expect(await view(id)).toMatchObject({ state: 'approved' });
      expect(await standing(guest)).toEqual([['developer'], 'editor']);
      const other = await worldOf(store).member(team.id, ['guest']);
      await setEditor(other.id);
      expect(await standing(other)).toEqual([['developer'], 'editor']);
    });

    it('waits for a Team Admin under teamAdminToo, the Editor’s approval given', async () => {
      await make({ policy: { editorMayPromoteGuest: 'teamAdminToo' } });
      const [id = ''] = promotionsWaiting((await setEditor(guest.id)).operation);
      expect(await view(id)).toMatchObject({
        ...{ state: 'pending', requester: { name: 'Eve' }, subject: { userId: guest.id } },
        approvals: { required: 2, given: [{ name: 'Eve' }] },
        approvers: [{ name: 'Ada' }],
      });
      // Asked again, and by the guest: it is the one that waits.
      expect(promotionsWaiting((await setEditor(guest.id)).operation)).toEqual([id]);
      expect(await refusalOf(ask())).toBe('already_requested');
      expect(await decide(id, admin)).toBe('approved');
      expect(await standing(guest)).toEqual([['developer'], 'editor']);
    });

    it('never makes a guest Viewer', async () => {
      const set = [{ userId: guest.id, role: 'viewer' as const }];
      const change = { id: uuid(), elementId: element.id, teamId: team.id, set, remove: [] };
      const changing = changeElementRoles(store, byPerson(editor.id), change);
      expect(await refusalOf(changing)).toBe('guest_role_fixed');
    });
  });

  describe('at the same instant', () => {
    it('takes both halves, and takes effect once', async () => {
      for (let round = 0; round < 5; round += 1) {
        await make({ plan: 'enterprise' });
        const id = await ask();
        const outcomes = await Promise.all([decide(id, editor), decide(id, admin)]);
        expect([...outcomes].sort()).toEqual(['approved', 'recorded']);
        expect(await standing(guest)).toEqual([['developer'], 'editor']);
      }
    });

    it('takes one of an approval and a denial', async () => {
      const id = await ask();
      const outcomes = await Promise.all([
        decide(id, editor),
        decide(id, admin, { verdict: 'deny' }),
        setEditor(guest.id).then(
          () => 'set',
          () => 'refused',
        ),
      ]);
      const { state } = await inTeam((tx) => Approval.query(tx).findById(id).throwIfNotFound());
      expect(
        outcomes.filter((outcome) => outcome === 'approved' || outcome === 'denied').length,
      ).toBeLessThan(2);
      expect(['approved', 'denied']).toContain(state);
    });

    it('gives the last seat to one of two promotions (TEAM-3)', async () => {
      await make({ seats: 2 });
      const other = await worldOf(store).member(team.id, ['guest']);
      await worldOf(store).elementRole(element, other.id, 'guest_viewer');
      const [one, two] = [await ask(), await ask(other)];
      const outcomes = await Promise.all([decide(one, editor), decide(two, editor)]);
      expect([...outcomes].sort()).toEqual(['approved', 'no_seats']);
      const first = await ask(guest).catch(() => null);
      expect(first).toBeNull();
    });

    it('makes one request of two', async () => {
      const asked = await Promise.allSettled([ask(), ask(), ask()]);
      expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });
  });
});
