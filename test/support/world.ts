import { v7 as uuid } from 'uuid';
import type { Cause } from '../../domain/actor';
import type { Plan } from '../../domain/plans';
import type { TeamPolicy } from '../../domain/policy';
import type { ElementRole, TeamRole, Visibility, WorkspaceRole } from '../../domain/roles';
import type { Store } from '../../store/database';
import {
  Element,
  ElementRoleRow,
  ElementVersion,
  Member,
  Team,
  User,
  Workspace,
  WorkspaceRoleRow,
} from '../../store/models';

/** Rows for tests, written past the operations: each maker takes what matters and makes up the rest. */
export function worldOf(store: Store) {
  const now = () => store.clock.now();

  return {
    async team(
      given: { plan?: Plan; seats?: number; autoFlex?: boolean; policy?: Partial<TeamPolicy> } = {},
    ): Promise<Team> {
      const id = uuid();
      return store.inTeam(id, (tx) =>
        Team.query(tx)
          .insert({
            id,
            name: `Team ${id.slice(-4)}`,
            slug: `team-${id}`,
            plan: given.plan ?? 'enterprise',
            seats: given.seats ?? 10,
            autoFlex: given.autoFlex ?? false,
            policy: given.policy ?? {},
            createdAt: now(),
          })
          .returning('*'),
      );
    },

    async user(given: { name?: string; email?: string } = {}): Promise<User> {
      const id = uuid();
      return User.query(store.knex)
        .insert({
          id,
          email: given.email ?? `person-${id}@example.test`,
          name: given.name ?? `Person ${id.slice(-4)}`,
          createdAt: now(),
        })
        .returning('*');
    },

    async member(
      teamId: string,
      roles: TeamRole[],
      given: { name?: string; email?: string } = {},
    ): Promise<User> {
      const user = await this.user(given);
      await this.join(teamId, user.id, roles);
      return user;
    },

    async join(teamId: string, userId: string, roles: TeamRole[]): Promise<void> {
      await store.inTeam(teamId, (tx) => Member.query(tx).insert({ teamId, userId, roles, joinedAt: now() }));
    },

    async workspace(teamId: string, visibility: Visibility = 'team', ownerId?: string): Promise<Workspace> {
      return store.inTeam(teamId, (tx) =>
        Workspace.query(tx)
          .insert({
            id: uuid(),
            teamId,
            name: 'Workspace',
            visibility,
            ...(visibility === 'personal' && ownerId !== undefined ? { ownerId } : {}),
            createdAt: now(),
          })
          .returning('*'),
      );
    },

    async element(workspace: Workspace, given: { name?: string; content?: string } = {}): Promise<Element> {
      const id = uuid();
      return store.inTeam(workspace.teamId, async (tx) => {
        const element = await Element.query(tx)
          .insert({
            id,
            teamId: workspace.teamId,
            workspaceId: workspace.id,
            type: 'collection',
            name: given.name ?? 'Orders',
            version: 1,
            createdAt: now(),
            updatedAt: now(),
          })
          .returning('*');
        await ElementVersion.query(tx).insert({
          elementId: id,
          version: 1,
          teamId: workspace.teamId,
          content: given.content ?? '{"info":{"name":"Orders"},"item":[]}',
          etag: '"1"',
          createdAt: now(),
        });
        return element;
      });
    },

    async elementRole(element: Element, userId: string, role: ElementRole): Promise<void> {
      const teamId = element.teamId;
      if (teamId === null) throw new Error('an element outside teams has no roles by name');
      await store.inTeam(teamId, (tx) =>
        ElementRoleRow.query(tx).insert({
          id: uuid(),
          elementId: element.id,
          teamId,
          userId,
          role,
          createdAt: now(),
        }),
      );
    },

    async workspaceRole(workspace: Workspace, userId: string, role: WorkspaceRole): Promise<void> {
      const teamId = workspace.teamId;
      if (teamId === null) throw new Error('a workspace outside teams has no roles by name');
      await store.inTeam(teamId, (tx) =>
        WorkspaceRoleRow.query(tx).insert({
          id: uuid(),
          workspaceId: workspace.id,
          teamId,
          userId,
          role,
          createdAt: now(),
        }),
      );
    },
  };
}

/** A cause for operations that a test calls by hand. */
export function byPerson(userId: string, asOf: Date = new Date()): Cause {
  return { actor: { type: 'person', userId }, source: 'api', requestId: null, asOf };
}
