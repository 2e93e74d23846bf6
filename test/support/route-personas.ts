import type { CallerKind } from '../../api/auth/caller';
import type { Holdings } from '../../domain/access';
import type { ElementRole, TeamRole, WorkspaceRole } from '../../domain/roles';
import type { Element, User, Workspace } from '../../store/models';
import type { Call } from './api-client';
import type { WholeApi } from './whole-api';
import { worldOf } from './world';

/** Somebody who tries every route. */
export interface Persona {
  readonly name: string;
  readonly kind: CallerKind;
  /** Of the team whose things are tried; otherwise of another, where they may do all. */
  readonly isOwn: boolean;
  readonly teamRoles: readonly TeamRole[];
  readonly workspaceRole?: WorkspaceRole;
  readonly elementRole?: ElementRole;
}

/** A persona who can call. */
export interface Actor extends Persona {
  readonly call: Call;
  readonly userId: string | null;
}

const member = (name: string, role: TeamRole, more: Partial<Persona> = {}): Persona => ({
  ...{ name, kind: 'person', isOwn: true, teamRoles: [role], ...more },
});

/** Each team role by itself, each role by name on top of one that opens nothing, programs, and people from outside. */
export const PERSONAS: readonly Persona[] = [
  member('a Super Admin', 'super_admin'),
  member('an Admin', 'admin'),
  member('a Developer', 'developer'),
  member('a Billing member', 'billing'),
  member('a Community Manager', 'community_manager'),
  member('a Guest', 'guest'),
  member('a Viewer of the workspace', 'billing', { workspaceRole: 'viewer' }),
  member('an Editor of the workspace', 'billing', { workspaceRole: 'editor' }),
  member('an Admin of the workspace', 'billing', { workspaceRole: 'admin' }),
  member('a Viewer of the element', 'billing', { elementRole: 'viewer' }),
  member('an Editor of the element', 'admin', { elementRole: 'editor' }),
  member('a Guest Viewer of the element', 'guest', { elementRole: 'guest_viewer' }),
  { name: 'a service token', kind: 'service', isOwn: true, teamRoles: [] },
  { name: 'the operator', kind: 'operator', isOwn: true, teamRoles: [] },
  { name: 'nobody', kind: 'anonymous', isOwn: false, teamRoles: [] },
  { name: 'another team’s Super Admin', kind: 'person', isOwn: false, teamRoles: [] },
  { name: 'another team’s service token', kind: 'service', isOwn: false, teamRoles: [] },
];

/** What a persona holds on the things of a stage, which stand in a team workspace. */
export function holdingsOf({ teamRoles, workspaceRole, elementRole }: Persona): Holdings {
  return {
    ...{ teamRoles, visibility: 'team', ownsWorkspace: false },
    workspaceRoles: workspaceRole === undefined ? [] : [workspaceRole],
    elementRoles: elementRole === undefined ? [] : [elementRole],
  };
}

/** Brings the personas into a team and another one. */
export async function actorsFor(api: WholeApi, teamId: string): Promise<readonly Actor[]> {
  const world = worldOf(api.store);
  const otherId = (await world.team()).id;
  const service = async (of: string): Promise<Call> => {
    const made = await api.operator('POST', `/v1/teams/${of}/service-tokens`, { body: { name: 'CI' } });
    return api.as(String(made.body['token']));
  };
  const actors: Actor[] = [];
  for (const persona of PERSONAS) {
    const { kind, isOwn, teamRoles } = persona;
    const of = isOwn ? teamId : otherId;
    if (kind === 'person') {
      const user = await world.member(of, isOwn ? [...teamRoles] : ['super_admin']);
      actors.push({ ...persona, userId: user.id, call: await api.person(user.id) });
    } else {
      const call =
        kind === 'operator' ? api.operator : kind === 'service' ? await service(of) : api.as(undefined);
      actors.push({ ...persona, userId: null, call });
    }
  }
  return actors;
}

/** Things to try a route on. */
export interface Stage {
  readonly teamId: string;
  readonly workspace: Workspace;
  readonly element: Element;
  /** A workspace that every member edits. */
  readonly elsewhere: Workspace;
  /** A Billing member who views the workspace. */
  readonly bystander: User;
}

/** Sets a fresh one up, with the personas' roles by name. */
export async function stageFor(api: WholeApi, teamId: string, actors: readonly Actor[]): Promise<Stage> {
  const world = worldOf(api.store);
  const [workspace, elsewhere] = [await world.workspace(teamId), await world.workspace(teamId)];
  const element = await world.element(workspace);
  const bystander = await world.member(teamId, ['billing']);
  await world.workspaceRole(workspace, bystander.id, 'viewer');
  for (const { userId, isOwn, teamRoles, workspaceRole, elementRole } of actors) {
    if (userId === null || !isOwn) continue;
    if (!teamRoles.includes('guest')) await world.workspaceRole(elsewhere, userId, 'editor');
    if (workspaceRole !== undefined) await world.workspaceRole(workspace, userId, workspaceRole);
    if (elementRole !== undefined) await world.elementRole(element, userId, elementRole);
  }
  return { teamId, workspace, element, elsewhere, bystander };
}
