import type { Actor } from '../../domain/actor';
import { isTeamAdmin } from '../../domain/approval';
import { Refusal } from '../../domain/refusal';
import type { TeamRole } from '../../domain/roles';
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
 * @throws {Refusal} `not_found` when there is no such team, or they have nothing to do with it
 */
export async function standingIn(tx: Tx, teamId: string, actor: Actor): Promise<Standing> {
  const isOperator = actor.type === 'operator';
  const isService = actor.type === 'service' && actor.teamId === teamId;
  const teamRoles = actor.type === 'person' ? await teamRolesOf(tx, teamId, actor.userId) : [];
  const known = isOperator || isService || teamRoles.length > 0;
  if (!known || (await Team.query(tx).findById(teamId)) === undefined) throw notFound('team');
  return { isOperator, isService, teamRoles };
}

/**
 * Lets the operator and Team Admins pass.
 * @throws {Refusal} `not_found` to strangers, `forbidden` to everybody else in the team
 */
export async function requireTeamAdmin(tx: Tx, teamId: string, actor: Actor): Promise<Standing> {
  const standing = await standingIn(tx, teamId, actor);
  if (standing.isOperator || isTeamAdmin(standing.teamRoles)) return standing;
  throw forbidden('This takes the team role Admin or Super Admin.');
}

/**
 * Lets whoever may read a team's people pass: every member but guests, its service tokens, the operator (TEAM-5).
 * @throws {Refusal} `not_found` to strangers, `forbidden` to guests
 */
export async function requireInsider(tx: Tx, teamId: string, actor: Actor): Promise<Standing> {
  const standing = await standingIn(tx, teamId, actor);
  if (!standing.teamRoles.includes('guest')) return standing;
  throw forbidden('Every member of the team but guests could read this.');
}

/**
 * Lets whoever may read a team's audit log pass: Admins, Super Admins, Community Managers, service tokens, the operator.
 * @throws {Refusal} `not_found` to strangers, `forbidden` to everybody else in the team
 */
export async function requireAuditReader(tx: Tx, teamId: string, actor: Actor): Promise<void> {
  const { isOperator, isService, teamRoles } = await standingIn(tx, teamId, actor);
  if (isOperator || isService || isTeamAdmin(teamRoles) || teamRoles.includes('community_manager')) return;
  throw forbidden('This takes the team role Admin, Super Admin or Community Manager.');
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
