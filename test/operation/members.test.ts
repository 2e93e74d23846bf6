import { v7 as uuid } from 'uuid';
import type { Cause } from '../../domain/actor';
import type { AssignableTeamRole, TeamRole } from '../../domain/roles';
import { addMember } from '../../operations/add-member';
import { changeMemberRoles } from '../../operations/change-member-roles';
import { createUser } from '../../operations/create-user';
import { createGroup } from '../../operations/create-group';
import { removeMember } from '../../operations/remove-member';
import {
  AuditEvent,
  ElementRoleRow,
  GroupMember,
  Member,
  Team,
  User,
  Workspace,
  WorkspaceRoleRow,
} from '../../store/models';
import { findWorkspace, workspaceRoleOf } from '../../store/queries/access';
import { listMembers, withSeats } from '../../store/queries/teams';
import { openTestStore, type TestStore } from '../support/database';
import { refusal, refusalOf } from '../support/refusals';
import { byPerson, worldOf } from '../support/world';

describe('members of a team', () => {
  let store: TestStore;
  let world: ReturnType<typeof worldOf>;
  const operator: Cause = { actor: { type: 'operator' }, source: 'api', requestId: 'r1', asOf: new Date() };

  beforeAll(async () => {
    store = await openTestStore();
    world = worldOf(store);
  });
  afterAll(() => store.close());

  const add = (teamId: string, roles: AssignableTeamRole[], cause: Cause = operator, email?: string) => {
    const id = uuid();
    return addMember(store, cause, {
      ...{ id, teamId, roles, name: 'Ada' },
      email: email ?? `ada-${id}@example.test`,
    });
  };
  const change = (teamId: string, userId: string, roles: AssignableTeamRole[], cause: Cause = operator) =>
    changeMemberRoles(store, cause, { teamId, userId, roles });
  const remove = (teamId: string, userId: string, cause: Cause = operator) =>
    removeMember(store, cause, { id: uuid(), teamId, userId });
  const figures = (teamId: string) =>
    store.inTeam(teamId, async (tx) => {
      const team = await Team.query(tx).findById(teamId).throwIfNotFound();
      return (await withSeats(tx, team)).seats;
    });

  describe('coming in', () => {
    it('makes the account, with a personal workspace of its own and one in the team (WORK-1)', async () => {
      const team = await world.team();
      const { user, member } = await add(team.id, ['developer']);
      expect(member.roles).toEqual(['developer']);
      const owned = await store.acrossTeams((tx) => Workspace.query(tx).where({ ownerId: user.id }));
      expect(owned.map((workspace) => workspace.teamId).sort()).toEqual([team.id, null].sort());
    });

    it('takes the account that the address has, whatever the name says', async () => {
      const team = await world.team();
      const known = await world.user({ name: 'Grace' });
      const { user } = await add(team.id, ['developer'], operator, known.email);
      expect(user).toMatchObject({ id: known.id, name: 'Grace' });
    });

    it('is refused to who is in already, and gives the first answer to the same id again', async () => {
      const team = await world.team();
      const input = {
        ...{ id: uuid(), teamId: team.id, name: 'Ada' },
        ...{ email: `ada-${uuid()}@example.test`, roles: ['developer' as const] },
      };
      const first = await addMember(store, operator, input);
      expect((await addMember(store, operator, input)).user.id).toBe(first.user.id);
      const again = await refusal(addMember(store, operator, { ...input, id: uuid() }));
      expect([again.code, again.extra.members]).toEqual(['already_exists', { userId: first.user.id }]);
    });

    it('takes a guest over as a member, who keeps what they have (GUEST-6)', async () => {
      const team = await world.team();
      const guest = await world.member(team.id, ['guest']);
      const element = await world.element(await world.workspace(team.id));
      await world.elementRole(element, guest.id, 'guest_viewer');
      await add(team.id, ['developer'], operator, guest.email);
      const held = await store.inTeam(team.id, (tx) => ElementRoleRow.query(tx).where({ userId: guest.id }));
      expect(held).toHaveLength(1);
      const line = await store.inTeam(team.id, (tx) => AuditEvent.query(tx).orderBy('seq', 'desc').first());
      expect(line).toMatchObject({ action: 'guest.converted', targetId: guest.id });
    });

    it('is for Admins: members get forbidden, strangers learn nothing', async () => {
      const team = await world.team();
      const developer = await world.member(team.id, ['developer']);
      const stranger = await world.user();
      expect(await refusalOf(add(team.id, ['developer'], byPerson(developer.id)))).toBe('forbidden');
      expect(await refusalOf(add(team.id, ['developer'], byPerson(stranger.id)))).toBe('not_found');
      expect(await refusalOf(add(uuid(), ['developer']))).toBe('not_found');
    });
  });

  describe('seats (TEAM-3)', () => {
    it('lets exactly 5 of 50 in at once where 5 seats are', async () => {
      const team = await world.team({ seats: 5 });
      const tries = await Promise.allSettled(Array.from({ length: 50 }, () => add(team.id, ['developer'])));
      const codes = tries.map((tried) =>
        tried.status === 'fulfilled' ? 'in' : (tried.reason as { code: string }).code,
      );
      expect(codes.filter((code) => code === 'in')).toHaveLength(5);
      expect(codes.filter((code) => code === 'no_seats')).toHaveLength(45);
      const members = await store.inTeam(team.id, (tx) => Member.query(tx).resultSize());
      expect(members).toBe(5);
    }, 60_000);

    it('leaves no account and no workspace of who found none', async () => {
      const team = await world.team({ seats: 0 });
      const email = `late-${uuid()}@example.test`;
      expect(await refusalOf(add(team.id, ['developer'], operator, email))).toBe('no_seats');
      expect(await User.query(store.knex).findOne({ email })).toBeUndefined();
    });

    it('gives two support members none, the third one', async () => {
      const team = await world.team({ seats: 0 });
      await add(team.id, ['admin']);
      await add(team.id, ['billing']);
      expect(await refusalOf(add(team.id, ['admin', 'billing']))).toBe('no_seats');
    });

    it('counts the extra ones with Auto-Flex on', async () => {
      const team = await world.team({ seats: 1, autoFlex: true });
      for (let n = 0; n < 3; n += 1) await add(team.id, ['developer']);
      expect(await figures(team.id)).toEqual({ seatsUsed: 3, seatsReserved: 0, seatsFree: 0, seatsExtra: 2 });
    });

    it('asks the gate when roles come to take one, and not when they take none more', async () => {
      const team = await world.team({ seats: 1 });
      const { user: admin } = await add(team.id, ['admin']);
      const { user: developer } = await add(team.id, ['developer']);
      expect(await refusalOf(change(team.id, admin.id, ['admin', 'developer']))).toBe('no_seats');
      await change(team.id, developer.id, ['developer', 'billing']);
      await change(team.id, developer.id, ['billing']);
      await change(team.id, admin.id, ['admin', 'developer']);
      expect(await figures(team.id)).toMatchObject({ seatsUsed: 1, seatsFree: 0 });
    });
  });

  describe('Admins and Super Admins (TEAM-8)', () => {
    const teamWith = async (...members: TeamRole[][]) => {
      const team = await world.team({ seats: 50 });
      const users: User[] = [];
      for (const roles of members) users.push(await world.member(team.id, roles));
      return { team, users };
    };

    it.each([
      ['the last Super Admin', [['super_admin'], ['admin'], ['admin']]],
      ['the last Admin, where there is no Super Admin', [['admin'], ['developer']]],
    ] as [string, TeamRole[][]][])('protects %s', async (_who, members) => {
      const { team, users } = await teamWith(...members);
      const last = users[0]?.id ?? '';
      expect(await refusalOf(remove(team.id, last))).toBe('last_admin');
      expect(await refusalOf(change(team.id, last, ['developer']))).toBe('last_admin');
    });

    it('lets one of two go, and never both at once', async () => {
      const { team, users } = await teamWith(['super_admin'], ['super_admin']);
      const tries = await Promise.allSettled(users.map((user) => remove(team.id, user.id)));
      expect(tries.filter((tried) => tried.status === 'fulfilled')).toHaveLength(1);
    });

    it('keeps an Admin’s hands off a Super Admin', async () => {
      const { team, users } = await teamWith(['super_admin'], ['super_admin'], ['admin'], ['developer']);
      const [one, , admin, developer] = users.map((user) => user.id);
      const byAdmin = byPerson(admin ?? '');
      expect(await refusalOf(remove(team.id, one ?? '', byAdmin))).toBe('forbidden');
      expect(await refusalOf(change(team.id, one ?? '', ['developer'], byAdmin))).toBe('forbidden');
      expect(await refusalOf(change(team.id, developer ?? '', ['super_admin'], byAdmin))).toBe('forbidden');
      await change(team.id, developer ?? '', ['super_admin'], byPerson(one ?? ''));
    });

    it('lets an Admin make the first Super Admin', async () => {
      const { team, users } = await teamWith(['admin'], ['developer']);
      await change(team.id, users[1]?.id ?? '', ['super_admin'], byPerson(users[0]?.id ?? ''));
    });
  });

  describe('going', () => {
    it('takes everything in the team at once and leaves what they made (TEAM-8)', async () => {
      const team = await world.team();
      await world.member(team.id, ['super_admin']);
      const { user } = await add(team.id, ['developer']);
      const workspace = await world.workspace(team.id, 'private');
      await world.workspaceRole(workspace, user.id, 'admin');
      const element = await world.element(workspace);
      await world.elementRole(element, user.id, 'editor');
      const { group } = await createGroup(store, operator, {
        ...{ id: uuid(), teamId: team.id },
        ...{ name: 'Core', memberIds: [user.id] },
      });
      const { operation } = await remove(team.id, user.id);
      expect(operation).toMatchObject({ type: 'member_remove', state: 'completed', done: 1, total: 1 });
      await store.inTeam(team.id, async (tx) => {
        expect(await Member.query(tx).findById([team.id, user.id])).toBeUndefined();
        expect(await GroupMember.query(tx).where({ groupId: group.id })).toEqual([]);
        expect(await ElementRoleRow.query(tx).where({ userId: user.id })).toEqual([]);
        expect(await WorkspaceRoleRow.query(tx).where({ userId: user.id })).toEqual([]);
        expect(await findWorkspace(tx, workspace.id)).not.toBeNull();
      });
    });

    it('closes the door to their personal workspace there, which is theirs again when they are back', async () => {
      const team = await world.team();
      const { user } = await add(team.id, ['developer']);
      const roleNow = () =>
        store.inTeam(team.id, async (tx) => {
          const own = await Workspace.query(tx).where({ ownerId: user.id });
          expect(own).toHaveLength(1);
          return own[0] === undefined ? null : workspaceRoleOf(tx, own[0], user.id);
        });
      expect(await roleNow()).toBe('admin');
      await remove(team.id, user.id);
      expect(await roleNow()).toBeNull();
      await add(team.id, ['developer'], operator, user.email);
      expect(await roleNow()).toBe('admin');
    });
  });

  it('are listed by whoever joined last, found by role, name and address, page by page', async () => {
    const team = await world.team();
    const users: User[] = [];
    for (const name of ['Ann_', 'Bob%', 'Cid'])
      users.push(await world.member(team.id, ['developer'], { name }));
    await world.member(team.id, ['admin'], { name: 'Dan' });
    const list = (q: string | null, role: TeamRole | null, after: string | null = null, limit = 3) =>
      store.inTeam(team.id, (tx) => listMembers(tx, team.id, { q, role }, { limit, after }));
    const names = (page: { rows: readonly { name: string }[] }) => page.rows.map((row) => row.name);
    const first = await list(null, null);
    expect(names(first)).toEqual(['Dan', 'Cid', 'Bob%']);
    await world.member(team.id, ['admin'], { name: 'Eve' });
    expect(names(await list(null, null, first.next))).toEqual(['Ann_']);
    expect(names(await list('%', null))).toEqual(['Bob%']);
    expect(names(await list('_', null))).toEqual(['Ann_']);
    expect(names(await list(users[2]?.email.toUpperCase() ?? '', null))).toEqual(['Cid']);
    expect(names(await list(null, 'admin'))).toEqual(['Eve', 'Dan']);
  });

  it('are preceded by accounts without a team, which the operator makes once per address', async () => {
    const email = `ext-${uuid()}@example.test`;
    const user = await createUser(store, operator, { id: uuid(), email, name: 'Ext' });
    const again = await refusal(createUser(store, operator, { id: uuid(), email, name: 'Other' }));
    expect([again.code, again.extra.members]).toEqual(['already_exists', { userId: user.id }]);
    const cause = byPerson(user.id);
    expect(
      await refusalOf(createUser(store, cause, { id: uuid(), email: 'x@example.test', name: 'X' })),
    ).toBe('forbidden');
  });
});
