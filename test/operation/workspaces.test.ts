import { v7 as uuid } from 'uuid';
import type { TeamRole, Visibility } from '../../domain/roles';
import { createWorkspace } from '../../operations/create-workspace';
import { deleteWorkspace } from '../../operations/delete-workspace';
import { seeElement, seeWorkspace } from '../../operations/parts/seen';
import { removeWorkspaceMember, setWorkspaceMember } from '../../operations/set-workspace-member';
import { changeVisibility, updateWorkspace } from '../../operations/update-workspace';
import { AuditEvent, Workspace, type Team, type User } from '../../store/models';
import { listWorkspaces } from '../../store/queries/workspaces';
import { openTestStore, type TestStore } from '../support/database';
import { refusalOf } from '../support/refusals';
import { byPerson, worldOf } from '../support/world';

describe('workspaces', () => {
  let store: TestStore;
  let world: ReturnType<typeof worldOf>;
  let team: Team;
  let owner: User;

  beforeAll(async () => {
    store = await openTestStore();
    world = worldOf(store);
    team = await world.team();
    owner = await world.member(team.id, ['developer']);
  });
  afterAll(() => store.close());

  const make = (visibility: Visibility, by: User = owner) =>
    createWorkspace(store, byPerson(by.id), {
      ...{ id: uuid(), teamId: team.id, name: 'Shop' },
      ...{ visibility, description: null },
    });
  const open = (workspace: Workspace, visibility: Exclude<Visibility, 'personal'>, by: User = owner) =>
    changeVisibility(store, byPerson(by.id), {
      ...{ id: uuid(), workspaceId: workspace.id, teamId: workspace.teamId },
      visibility,
    });
  const roleIn = (workspace: Workspace, user: User) =>
    store.inTeam(workspace.teamId, async (tx) => {
      const seen = await seeWorkspace(tx, workspace.id, { type: 'person', userId: user.id });
      return seen.role;
    });

  it.each([
    [['developer'], true],
    [['community_manager'], true],
    [['super_admin'], true],
    [['admin', 'billing'], false],
    [['guest'], false],
  ] as [TeamRole[], boolean][])('are made by %j: %s (WORK-2)', async (roles, may) => {
    const user = await world.member(team.id, roles);
    if (may) expect(await roleIn(await make('private', user), user)).toBe('admin');
    else expect(await refusalOf(make('private', user))).toBe('forbidden');
  });

  it('are shown to who has a role in them, and open ones to members whose team roles see content (TEAM-6)', async () => {
    const everyone: [string, User][] = [
      ['owner', owner],
      ['developer', await world.member(team.id, ['developer'])],
      ['admin', await world.member(team.id, ['admin'])],
      ['guest', await world.member(team.id, ['guest'])],
      ['stranger', await world.user()],
    ];
    const seen: Record<string, string[]> = {};
    for (const visibility of ['personal', 'private', 'team', 'public'] as const) {
      const workspace = await make(visibility);
      seen[visibility] = [];
      for (const [name, user] of everyone) {
        const role = await roleIn(workspace, user).catch(() => null);
        if (role !== null) seen[visibility].push(`${name}: ${role}`);
      }
    }
    expect(seen).toEqual({
      personal: ['owner: admin'],
      private: ['owner: admin'],
      team: ['owner: admin', 'developer: viewer'],
      public: ['owner: admin', 'developer: viewer', 'admin: viewer', 'guest: viewer', 'stranger: viewer'],
    });
  });

  it('show no content to the operator', async () => {
    const workspace = await make('team');
    const look = store.inTeam(team.id, (tx) => seeWorkspace(tx, workspace.id, { type: 'operator' }));
    expect(await refusalOf(look)).toBe('forbidden');
  });

  it('are listed to each as they see them', async () => {
    const fresh = await world.team();
    const [one, two] = [await world.member(fresh.id, ['developer']), await world.member(fresh.id, ['admin'])];
    const own = await world.workspace(fresh.id, 'personal', one.id);
    const closed = await world.workspace(fresh.id, 'private');
    await world.workspaceRole(closed, two.id, 'editor');
    const shared = await world.workspace(fresh.id, 'team');
    const list = async (userId: string | null, seesOpen: boolean) => {
      const page = await store.inTeam(fresh.id, (tx) =>
        listWorkspaces(tx, fresh.id, { userId, seesOpen }, { limit: 10, after: null }),
      );
      return page.rows.map(({ workspace, role }) => [workspace.id, role]);
    };
    expect(await list(one.id, true)).toEqual([
      [shared.id, 'viewer'],
      [own.id, 'admin'],
    ]);
    expect(await list(two.id, false)).toEqual([[closed.id, 'editor']]);
    expect(await list(null, true)).toEqual([[shared.id, 'viewer']]);
  });

  it('change who sees them by their Admins, with the change in the audit log (WORK-1)', async () => {
    const workspace = await make('private');
    const colleague = await world.member(team.id, ['developer']);
    expect(await refusalOf(roleIn(workspace, colleague))).toBe('not_found');
    expect(await refusalOf(open(workspace, 'team', colleague))).toBe('not_found');
    const { operation } = await open(workspace, 'team');
    expect(operation).toMatchObject({ type: 'workspace_visibility', state: 'completed' });
    expect(await roleIn(workspace, colleague)).toBe('viewer');
    expect(await refusalOf(open(workspace, 'private', colleague))).toBe('forbidden');
    expect(await refusalOf(open(workspace, 'team'))).toBe('conflict');
    const line = await store.inTeam(team.id, (tx) => AuditEvent.query(tx).orderBy('seq', 'desc').first());
    expect(line).toMatchObject({
      action: 'workspace.visibility_updated',
      before: { visibility: 'private' },
      after: { visibility: 'team' },
    });
  });

  it('leave their owner an Admin and with a new personal one when a personal one opens up', async () => {
    const person = await world.member(team.id, ['developer']);
    const workspace = await make('personal', person);
    await open(workspace, 'team', person);
    expect(await roleIn(workspace, person)).toBe('admin');
    const own = await store.inTeam(team.id, (tx) => Workspace.query(tx).where({ ownerId: person.id }));
    expect(own).toMatchObject([{ visibility: 'personal', deletedAt: null }]);
    expect(own[0]?.id).not.toBe(workspace.id);
  });

  it('are renamed and described, which is no operation', async () => {
    const workspace = await make('team');
    const change = await updateWorkspace(store, byPerson(owner.id), {
      ...{ id: uuid(), workspaceId: workspace.id, teamId: team.id },
      ...{ name: 'Store', description: 'All orders' },
    });
    expect(change).toMatchObject({ name: 'Store', description: 'All orders' });
  });

  it('go with all that is in them, but personal ones stay', async () => {
    const workspace = await make('team');
    const element = await world.element(workspace);
    const gone = (it: Workspace) =>
      deleteWorkspace(store, byPerson(owner.id), { id: uuid(), workspaceId: it.id, teamId: team.id });
    const { operation } = await gone(workspace);
    expect(operation.result).toMatchObject({ elements: 1 });
    const viewer = { type: 'person', userId: owner.id } as const;
    expect(await refusalOf(store.inTeam(team.id, (tx) => seeElement(tx, element.id, viewer)))).toBe(
      'not_found',
    );
    expect(await refusalOf(gone(workspace))).toBe('not_found');
    expect(await refusalOf(gone(await make('personal')))).toBe('conflict');
  });

  describe('members', () => {
    const set = (workspace: Workspace, user: User, role: 'admin' | 'editor' | 'viewer', by: User = owner) =>
      setWorkspaceMember(store, byPerson(by.id), {
        ...{ workspaceId: workspace.id, teamId: workspace.teamId },
        ...{ userId: user.id, role },
      });
    const drop = (workspace: Workspace, user: User, by: User = owner) =>
      removeWorkspaceMember(store, byPerson(by.id), {
        ...{ id: uuid(), workspaceId: workspace.id },
        ...{ teamId: workspace.teamId, userId: user.id },
      });

    it('are members of the team, given and taken a role by the workspace’s Admins', async () => {
      const workspace = await make('private');
      const billing = await world.member(team.id, ['billing']);
      await set(workspace, billing, 'viewer');
      expect(await roleIn(workspace, billing)).toBe('viewer');
      await set(workspace, billing, 'editor');
      expect(await roleIn(workspace, billing)).toBe('editor');
      expect(await refusalOf(set(workspace, billing, 'admin', billing))).toBe('forbidden');
      await drop(workspace, billing);
      expect(await refusalOf(roleIn(workspace, billing))).toBe('not_found');
      expect(await refusalOf(drop(workspace, billing))).toBe('not_found');
    });

    it('leave by themselves', async () => {
      const workspace = await make('private');
      const viewer = await world.member(team.id, ['developer']);
      await set(workspace, viewer, 'viewer');
      expect(await refusalOf(drop(workspace, owner, viewer))).toBe('forbidden');
      await drop(workspace, viewer, viewer);
    });

    it('are no guests, no strangers, and nobody in a personal workspace', async () => {
      const workspace = await make('private');
      expect(await refusalOf(set(workspace, await world.member(team.id, ['guest']), 'viewer'))).toBe(
        'conflict',
      );
      expect(await refusalOf(set(workspace, await world.user(), 'viewer'))).toBe('not_found');
      const colleague = await world.member(team.id, ['developer']);
      expect(await refusalOf(set(await make('personal'), colleague, 'viewer'))).toBe('conflict');
    });

    it('keep an Admin among them, also when two leave at once', async () => {
      const workspace = await make('private');
      expect(await refusalOf(drop(workspace, owner))).toBe('last_admin');
      expect(await refusalOf(set(workspace, owner, 'viewer'))).toBe('last_admin');
      const second = await world.member(team.id, ['developer']);
      await set(workspace, second, 'admin');
      const tries = await Promise.allSettled([
        drop(workspace, owner, owner),
        drop(workspace, second, second),
      ]);
      expect(tries.filter((tried) => tried.status === 'fulfilled')).toHaveLength(1);
    });
  });
});
