import { v7 as uuid } from 'uuid';
import { previewShare } from '../../operations/preview-share';
import { shareElement, type Placement, type ShareTo } from '../../operations/share-element';
import {
  Approval,
  ElementRoleRow,
  Group,
  GroupMember,
  Invitation,
  Share,
  WorkspaceRoleRow,
  Workspace,
  type Element,
} from '../../store/models';
import { openTestStore, type TestStore } from '../support/database';
import { byPerson, worldOf } from '../support/world';
import { sharingWorld, type SharingWorld } from '../support/sharing-world';

describe('sharing an element', () => {
  let store: TestStore;
  let world: SharingWorld;

  beforeAll(async () => {
    store = await openTestStore();
  });
  afterAll(() => store.close());
  beforeEach(async () => {
    world = await sharingWorld(store);
  });

  const make = () => worldOf(store);
  const inTeam = <T>(work: Parameters<typeof store.inTeam<T>>[1]) => store.inTeam(world.team.id, work);
  const share = (
    recipients: ShareTo[],
    given: { by?: string; element?: Element; placement?: Placement; shareId?: string } = {},
  ) =>
    shareElement(store, byPerson(given.by ?? world.sharer.id), {
      shareId: given.shareId ?? uuid(),
      elementId: (given.element ?? world.element).id,
      teamId: world.team.id,
      recipients,
      ...(given.placement === undefined ? {} : { placement: given.placement }),
    });
  const outcomes = async (...args: Parameters<typeof share>) =>
    (await share(...args)).recipients.map(({ outcome, role, code }) => [outcome, role, code]);
  const roleOf = async (userId: string) =>
    (await inTeam((tx) => ElementRoleRow.query(tx).findOne({ elementId: world.element.id, userId })))?.role ??
    null;
  const group = async (name: string, userIds: string[]) => {
    const id = uuid();
    await inTeam(async (tx) => {
      await Group.query(tx).insert({ id, teamId: world.team.id, name, createdAt: new Date() });
      for (const userId of userIds)
        await GroupMember.query(tx).insert({ groupId: id, teamId: world.team.id, userId });
    });
    return id;
  };

  it('goes to members, groups and outsiders in one call, each with an outcome of its own (SHARE-1)', async () => {
    const mia = await make().member(world.team.id, ['developer'], { name: 'Mia Only' });
    await make().member(world.team.id, ['developer'], { name: 'Twin' });
    await make().member(world.team.id, ['developer'], { name: 'Twin' });
    const groupId = await group('Builders', [mia.id]);
    const stranger = await make().user();
    expect(
      await outcomes([
        { name: 'Mia Only', role: 'editor' },
        { groupId },
        { name: 'Twin' },
        { name: 'Nobody' },
        { groupId: uuid() },
        { userId: stranger.id },
        { email: stranger.email },
      ]),
    ).toEqual([
      ['shared', 'editor', null],
      ['shared', 'viewer', null],
      ['refused', null, 'ambiguous_name'],
      ['refused', null, 'unknown_person'],
      ['refused', null, 'unknown_group'],
      ['refused', null, 'unknown_person'],
      ['pending_approval', 'viewer', null],
    ]);
    expect(await roleOf(mia.id)).toBe('editor');
  });

  it('never downgrades, and tells nobody who held as much, or oneself (SHARE-2)', async () => {
    const mia = await make().member(world.team.id, ['developer']);
    await make().elementRole(world.element, mia.id, 'editor');
    expect(await outcomes([{ userId: mia.id, role: 'viewer' }, { userId: world.sharer.id }])).toEqual([
      ['already_has_access', null, null],
      ['already_has_access', null, null],
    ]);
    expect(await roleOf(mia.id)).toBe('editor');
  });

  it('lets a Viewer share without roles, and refuses one that comes along (SHARE-2)', async () => {
    const mia = await make().member(world.team.id, ['developer']);
    const viewer = await make().member(world.team.id, ['developer']);
    expect(await outcomes([{ userId: mia.id }], { by: viewer.id })).toEqual([['shared', 'viewer', null]]);
    await expect(share([{ userId: mia.id, role: 'viewer' }], { by: viewer.id })).rejects.toMatchObject({
      code: 'role_not_assignable',
    });
  });

  it('asks for a place first when the element is in a personal workspace, then places and shares as one (SHARE-4)', async () => {
    const own = await make().workspace(world.team.id, 'personal', world.sharer.id);
    const element = await make().element(own);
    const mia = await make().member(world.team.id, ['developer']);
    await expect(share([{ userId: mia.id }], { element })).rejects.toMatchObject({
      code: 'placement_required',
    });
    const shares = await inTeam((tx) => Share.query(tx).where({ elementId: element.id }));
    expect(shares).toEqual([]);
    const placement = { newTeamWorkspace: { name: 'For Mia' } };
    expect(await outcomes([{ userId: mia.id, role: 'editor' }], { element, placement })).toEqual([
      ['shared', 'editor', null],
    ]);
    const moved = await inTeam((tx) =>
      Workspace.query(tx)
        .whereIn('id', tx('elements').where({ id: element.id }).select('workspace_id'))
        .first(),
    );
    expect(moved).toMatchObject({ name: 'For Mia', visibility: 'team' });
  });

  it('turns the personal workspace into a team one where that was chosen (SHARE-4)', async () => {
    const own = await make().workspace(world.team.id, 'personal', world.sharer.id);
    const element = await make().element(own);
    const mia = await make().member(world.team.id, ['developer']);
    await share([{ userId: mia.id }], { element, placement: { makeWorkspaceTeam: true } });
    expect(await inTeam((tx) => Workspace.query(tx).findById(own.id))).toMatchObject({
      visibility: 'team',
      ownerId: null,
    });
  });

  it('makes recipients without access Viewers of a private workspace (SHARE-5)', async () => {
    const hidden = await make().workspace(world.team.id, 'private');
    const element = await make().element(hidden);
    await make().workspaceRole(hidden, world.sharer.id, 'admin');
    const mia = await make().member(world.team.id, ['developer']);
    const groupId = await group('Readers', [mia.id]);
    await share([{ userId: mia.id }, { groupId }], { element });
    const roles = await inTeam((tx) =>
      WorkspaceRoleRow.query(tx).where({ workspaceId: hidden.id, role: 'viewer' }),
    );
    expect(roles.map((row) => row.userId ?? row.groupId).sort()).toEqual([mia.id, groupId].sort());
  });

  it('answers a repeat with what the first call did (SHARE-9)', async () => {
    const shareId = uuid();
    const email = `x-${uuid()}@partner.test`;
    const first = await share([{ email }], { shareId });
    expect(await share([{ email: 'somebody@else.test' }], { shareId })).toEqual(first);
  });

  it('is refused to guests and to people who may not know the element (SHARE-1)', async () => {
    const stranger = await make().user();
    await expect(share([{ email: 'a@b.test' }], { by: stranger.id })).rejects.toMatchObject({
      code: 'not_found',
    });
    const guest = await make().member(world.team.id, ['guest']);
    await make().elementRole(world.element, guest.id, 'guest_viewer');
    await expect(share([{ email: 'a@b.test' }], { by: guest.id })).rejects.toMatchObject({
      code: 'forbidden',
    });
  });

  it('invites at once for a Team Admin, and refuses where no seat is free (INVITE-1, INVITE-2)', async () => {
    const [email] = [`x-${uuid()}@partner.test`];
    const done = await share([{ email }], { by: world.admin.id });
    expect(done.recipients[0]).toMatchObject({ outcome: 'invited' });
    const id = done.recipients[0]?.inviteId ?? '';
    expect(await inTeam((tx) => Approval.query(tx).findById(id))).toMatchObject({
      state: 'approved',
      decidedVia: 'rule',
    });
    expect(await inTeam((tx) => Invitation.query(tx).findById(id))).toMatchObject({
      state: 'sending',
      holdsSeat: true,
    });
    await inTeam((tx) => tx('teams').where({ id: world.team.id }).update({ seats: 3 }));
    expect(await outcomes([{ email: `y-${uuid()}@partner.test` }])).toEqual([['refused', null, 'no_seats']]);
  });

  it('previews exactly what it then does, and changes nothing by it (SHARE-1, INVITE-3)', async () => {
    const mia = await make().member(world.team.id, ['developer']);
    const input = {
      ...{ elementId: world.element.id, teamId: world.team.id },
      recipients: [{ userId: mia.id }, { email: `x-${uuid()}@partner.test` }, { name: 'Nobody' }],
    };
    const preview = await previewShare(store, byPerson(world.sharer.id), { ...input, shareId: uuid() });
    expect(preview).toMatchObject({ wouldNotify: 1, seats: 1, wouldAsk: [{ userId: world.admin.id }] });
    expect(await roleOf(mia.id)).toBeNull();
    expect(await inTeam((tx) => Approval.query(tx).where({ teamId: world.team.id }))).toEqual([]);
    const done = await shareElement(store, byPerson(world.sharer.id), { ...input, shareId: uuid() });
    expect(done.recipients.map(({ inviteId: _made, ...rest }) => rest)).toEqual(preview.recipients);
  });
});
