import type { Actor } from '../../domain/actor';
import { programAllowed, teamAllows, type TeamAction } from '../../domain/permissions';
import { Refusal } from '../../domain/refusal';
import type { TeamRole } from '../../domain/roles';
import { whoInTeam } from '../../domain/who-could';
import type { Tx } from '../../store/database';
import { Team } from '../../store/models';
import { teamRolesOf } from '../../store/queries/access';

/** The refusal for what does not exist, or may not be known to exist: both look the same. */
export function notFound(what: string): Refusal {
  return new Refusal('not_found', `There is no such ${what}.`);
}

/** The refusal for somebody who may see a thing but not do this; `sentence` says which role could. */
export function forbidden(sentence: string): Refusal {
  return new Refusal('forbidden', sentence);
}

/** What somebody is in a team: the operator, one of its service tokens, or a person with roles there. */
export interface Standing {
  readonly isOperator: boolean;
  readonly isService: boolean;
  /** Empty for the operator and for service tokens. */
  readonly teamRoles: readonly TeamRole[];
}

/**
 * Somebody's standing in a team.
 * @param what what was asked for, where that is a thing of the team: a stranger is told of it as of one that is not there
 * @throws {Refusal} `not_found` when there is no such team, or they have nothing to do with it
 */
export async function standingIn(tx: Tx, teamId: string, actor: Actor, what = 'team'): Promise<Standing> {
  const isOperator = actor.type === 'operator';
  const isService = actor.type === 'service' && actor.teamId === teamId;
  const teamRoles = actor.type === 'person' ? await teamRolesOf(tx, teamId, actor.userId) : [];
  const known = isOperator || isService || teamRoles.length > 0;
  if (!known || (await Team.query(tx).findById(teamId)) === undefined) throw notFound(what);
  return { isOperator, isService, teamRoles };
}

/** Whether somebody's standing in a team allows something, by the table of permissions. */
export function allows(standing: Standing, action: TeamAction): boolean {
  if (standing.isOperator) return programAllowed(action, 'operator');
  if (standing.isService) return programAllowed(action, 'service');
  return teamAllows(action, standing.teamRoles);
}

/**
 * Lets whoever the table of permissions names pass.
 * @throws {Refusal} `not_found` to strangers, `forbidden` with the roles that could to everybody else in the team
 */
export async function requireRight(
  tx: Tx,
  teamId: string,
  actor: Actor,
  action: TeamAction,
  what = 'team',
): Promise<Standing> {
  const standing = await standingIn(tx, teamId, actor, what);
  if (allows(standing, action)) return standing;
  throw forbidden(whoInTeam(action));
}

/**
 * Lets the operator and Team Admins pass.
 * @throws {Refusal} `not_found` to strangers, `forbidden` to everybody else in the team
 */
export function requireTeamAdmin(tx: Tx, teamId: string, actor: Actor): Promise<Standing> {
  return requireRight(tx, teamId, actor, 'administer');
}

/**
 * Lets whoever may read a team's people pass: every member but guests, its service tokens, the operator (TEAM-5).
 * @throws {Refusal} `not_found` to strangers, `forbidden` to guests
 */
export function requireInsider(tx: Tx, teamId: string, actor: Actor): Promise<Standing> {
  return requireRight(tx, teamId, actor, 'read_people');
}

/**
 * Lets whoever may read a team's audit log pass: Admins, Super Admins, Community Managers, service tokens, the operator.
 * @throws {Refusal} `not_found` to strangers, `forbidden` to everybody else in the team
 */
export async function requireAuditReader(tx: Tx, teamId: string, actor: Actor): Promise<void> {
  await requireRight(tx, teamId, actor, 'read_audit_log');
}

/**
 * Lets the operator alone pass.
 * @throws {Refusal} `forbidden`
 */
export function requireOperator(actor: Actor): void {
  if (actor.type !== 'operator') throw forbidden('This takes the operator’s token.');
}

/** The person who acts, or null for operator, service tokens and rules. */
export function personOf(actor: Actor): string | null {
  return actor.type === 'person' ? actor.userId : null;
}

/**
 * The person who acts.
 * @throws {Refusal} `forbidden` when it is a program
 */
export function requirePerson(actor: Actor): string {
  if (actor.type === 'person') return actor.userId;
  throw forbidden('This takes a person: sign in, or use a user token.');
}
