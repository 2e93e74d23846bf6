import fc from 'fast-check';
import { v7 as uuid } from 'uuid';
import { previewShare } from '../../operations/preview-share';
import { shareElement, type ShareTo } from '../../operations/share-element';
import { Group, GroupMember, Team, Workspace, type Element, type User } from '../../store/models';
import { approvalViews } from '../../store/queries/approval-view';
import { openTestStore, type TestStore } from '../support/database';
import { refusalOf } from '../support/refusals';
import { sharingWorld, type SharingWorld } from '../support/sharing-world';
import { byPerson, worldOf } from '../support/world';

/** Every table that a share may write. */
const WRITTEN = [
  ...['shares', 'share_recipients', 'approvals', 'approval_grants', 'approval_events', 'invitations'],
  ...['element_roles', 'workspace_roles', 'workspaces', 'audit_events'],
];

describe('the preview of a share', () => {
  let store: TestStore;
  let world: SharingWorld;

  beforeAll(async () => {
    store = await openTestStore();
  });
  afterAll(() => store.close());
  beforeEach(async () => {
    world = await sharingWorld(store, { seats: 10 });
    await worldOf(store).elementRole(world.element, world.admin.id, 'editor');
  });

  const inTeam = <T>(work: Parameters<typeof store.inTeam<T>>[1]) => store.inTeam(world.team.id, work);
  const inputOf = (recipients: readonly ShareTo[], element: Element = world.element) => ({
    ...{ shareId: uuid(), elementId: element.id, teamId: world.team.id, recipients },
  });
  const preview = (recipients: readonly ShareTo[], by: User = world.sharer) =>
    previewShare(store, byPerson(by.id), inputOf(recipients));
  const share = (recipients: readonly ShareTo[], by: User = world.sharer) =>
    shareElement(store, byPerson(by.id), inputOf(recipients));
  const rows = () =>
    inTeam(async (tx) => {
      const counts: Record<string, number> = {};
      for (const table of WRITTEN) counts[table] = (await tx(table).select(tx.raw('1'))).length;
      return counts;
    });
  const fresh = () => `x-${uuid()}@partner.test`;
  const group = async (members: readonly User[]) => {
    const id = uuid();
    const teamId = world.team.id;
    await inTeam(async (tx) => {
      await Group.query(tx).insert({ id, teamId, name: `Group ${id}`, createdAt: new Date() });
      for (const { id: userId } of members)
        await GroupMember.query(tx).insert({ groupId: id, teamId, userId });
    });
    return id;
  };

  it('says what the share then does, for any mix of recipients and either route (SHARE-1, INVITE-1)', async () => {
    const { team, element, admin, sharer } = world;
    const mia = await worldOf(store).member(team.id, ['developer'], { name: 'Mia' });
    const guest = await worldOf(store).member(team.id, ['guest']);
    const groupId = await group([mia]);
    const pool: readonly ShareTo[] = [
      ...[{ userId: mia.id }, { name: 'Mia', role: 'editor' as const }, { userId: sharer.id }],
      ...[{ groupId }, { groupId: uuid() }, { name: 'Nobody' }, { email: guest.email }],
      ...[{ email: 'one@partner.test' }, { email: 'two@partner.test', teamRole: 'billing' as const }],
      ...[{ email: 'one@partner.test', role: 'editor' as const }, { email: mia.email }],
    ];
    const mixes = fc.record({
      recipients: fc.array(fc.constantFrom(...pool), { minLength: 1, maxLength: 5 }),
      isDirect: fc.boolean(),
    });
    const seed = Date.now() % 0x7fffffff;
    // Shares pile up from run to run: later ones meet what the earlier ones left. A failure names its seed.
    await fc.assert(
      fc.asyncProperty(mixes, async ({ recipients, isDirect }) => {
        const by = isDirect ? admin : sharer;
        const before = await rows();
        const said = await preview(recipients, by);
        expect(await rows()).toEqual(before);
        const done = await share(recipients, by);
        expect(done.elementId).toBe(element.id);
        expect(done.recipients.map(({ inviteId: _made, ...rest }) => rest)).toEqual(said.recipients);
        const pending = done.recipients.flatMap(({ outcome, inviteId }) =>
          outcome === 'pending_approval' && inviteId !== null ? [inviteId] : [],
        );
        const asked = await inTeam(async (tx) => {
          const views = await approvalViews(tx, [...new Set(pending)], new Date());
          return new Set(views.flatMap(({ approvers }) => approvers.map(({ userId }) => userId)));
        });
        expect(new Set(said.wouldAsk.map(({ userId }) => userId))).toEqual(asked);
        expect(said.wouldAsk.filter(({ why }) => why === '')).toEqual([]);
      }),
      { seed, numRuns: 30, endOnFailure: true },
    );
  });

  it('names who would be asked: all who could decide, each once, and never the sharer (INVITE-3)', async () => {
    const eve = await worldOf(store).member(world.team.id, ['admin'], { name: 'Eve' });
    const said = await preview([{ email: fresh() }, { email: fresh() }]);
    expect(said.wouldAsk.map(({ userId }) => userId)).toEqual([world.admin.id, eve.id]);
    expect((await preview([{ email: fresh() }], world.admin)).wouldAsk).toEqual([]);
  });

  it('says why each is asked: by the rule that applied (INVITE-1)', async () => {
    const why = async (recipients: readonly ShareTo[], by?: User) =>
      (await preview(recipients, by)).wouldAsk.map((one) => one.why);
    const { id: teamId } = world.team;
    expect(await why([{ email: fresh() }])).toEqual([expect.stringContaining('Enterprise plan')]);
    const biller = await worldOf(store).member(teamId, ['billing']);
    await worldOf(store).elementRole(world.element, biller.id, 'viewer');
    expect(await why([{ email: fresh() }], biller)).toEqual([expect.stringContaining('no Developer')]);
    await inTeam((tx) => Team.query(tx).findById(teamId).patch({ plan: 'free' }));
    expect(await why([{ email: fresh() }])).toEqual([]);
    const [one] = await why([
      { email: fresh(), teamRole: 'admin' },
      { email: fresh(), teamRole: 'billing' },
    ]);
    expect(one).toBe('A Team Admin decides on any other team role than Developer.');
  });

  it('counts everybody who would be told once, and not the sharer (SHARE-3)', async () => {
    const mia = await worldOf(store).member(world.team.id, ['developer']);
    const noa = await worldOf(store).member(world.team.id, ['developer']);
    const groupId = await group([mia, noa, world.sharer]);
    expect((await preview([{ userId: mia.id }, { groupId }])).wouldNotify).toBe(2);
    await share([{ userId: mia.id }, { groupId }]);
    expect((await preview([{ userId: mia.id }, { groupId }])).wouldNotify).toBe(0);
  });

  it('counts the seats that the share would take, and none that are held already (TEAM-3, TEAM-4)', async () => {
    const [open, asked] = [fresh(), fresh()];
    const two = [{ email: open }, { email: fresh(), teamRole: 'community_manager' as const }];
    expect((await preview(two)).seats).toBe(2);
    expect((await preview(two, world.admin)).seats).toBe(2);
    await share([{ email: open }], world.admin);
    expect((await preview([{ email: open }], world.admin)).seats).toBe(0);
    expect((await preview([{ email: open }])).seats).toBe(0);
    expect((await preview([{ email: asked }])).seats).toBe(1);
  });

  it('counts a seat for the third who only administers or pays (TEAM-3)', async () => {
    const billing = () => ({ email: fresh(), teamRole: 'billing' as const });
    expect((await preview([billing(), billing()], world.admin)).seats).toBe(0);
    expect((await preview([billing(), billing(), billing()], world.admin)).seats).toBe(1);
    expect((await preview([billing(), billing(), billing()])).seats).toBe(1);
    await share([billing(), billing()], world.admin);
    expect((await preview([billing()])).seats).toBe(1);
  });

  it('refuses as the share would, and says what a chosen place changes without changing it (SHARE-2, SHARE-4)', async () => {
    const own = await worldOf(store).workspace(world.team.id, 'personal', world.sharer.id);
    const element = await worldOf(store).element(own);
    const by = byPerson(world.sharer.id);
    const input = inputOf([{ email: fresh() }], element);
    expect(await refusalOf(previewShare(store, by, input))).toBe('placement_required');
    const placement = { makeWorkspaceTeam: true } as const;
    const said = await previewShare(store, by, { ...input, placement });
    expect(said.recipients).toMatchObject([{ outcome: 'pending_approval' }]);
    expect(await inTeam((tx) => Workspace.query(tx).findById(own.id))).toMatchObject({
      visibility: 'personal',
    });
    const viewer = await worldOf(store).member(world.team.id, ['developer']);
    expect(await refusalOf(preview([{ email: fresh(), role: 'viewer' }], viewer))).toBe(
      'role_not_assignable',
    );
  });
});
