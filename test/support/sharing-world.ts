import { v7 as uuid } from 'uuid';
import type { ShareRole, AssignableTeamRole } from '../../domain/roles';
import { recordAttempt } from '../../operations/record-attempt';
import { requestAccess } from '../../operations/request-access';
import { shareElement, type ShareResult } from '../../operations/share-element';
import type { Plan } from '../../domain/plans';
import type { TeamPolicy } from '../../domain/policy';
import type { DecisionOutcome } from '../../domain/approval';
import type { Store } from '../../store/database';
import type { Element, Team, User, Workspace } from '../../store/models';
import type { Processes } from '../../workflows/client';
import { byPerson, worldOf } from './world';

/** A team with an element and the people around it: a developer who shares it, and an admin who decides. */
export interface SharingWorld {
  readonly team: Team;
  readonly workspace: Workspace;
  readonly element: Element;
  readonly admin: User;
  readonly sharer: User;
}

/** Makes one. */
export async function sharingWorld(
  store: Store,
  given: { plan?: Plan; seats?: number; policy?: Partial<TeamPolicy>; admins?: boolean } = {},
): Promise<SharingWorld> {
  const world = worldOf(store);
  const team = await world.team(given);
  const admin = await world.user({ name: 'Ada' });
  if (given.admins !== false) await world.join(team.id, admin.id, ['super_admin']);
  const sharer = await world.member(team.id, ['developer'], { name: 'Sam' });
  const workspace = await world.workspace(team.id);
  const element = await world.element(workspace);
  await world.elementRole(element, sharer.id, 'editor');
  return { team, workspace, element, admin, sharer };
}

type Recipient = { email: string; role?: ShareRole; teamRole?: AssignableTeamRole } | { userId: string };

/** Shares the element as one of the team, at an instant of the workflows' clock. */
export function shareWith(
  store: Store,
  { team, element, sharer }: SharingWorld,
  to: Recipient | readonly Recipient[],
  given: { asOf: Date; by?: User },
): Promise<ShareResult> {
  return shareElement(store, byPerson((given.by ?? sharer).id, given.asOf), {
    shareId: uuid(),
    elementId: element.id,
    teamId: team.id,
    recipients: [to].flat(),
  });
}

/** A guest of the element asks to become its Editor, at an instant of the workflows' clock. @returns the request's id */
export async function askToEdit(
  store: Store,
  { team, element }: SharingWorld,
  asOf: Date,
): Promise<{ readonly guest: User; readonly approvalId: string }> {
  const world = worldOf(store);
  const guest = await world.member(team.id, ['guest'], { name: 'Gus' });
  await world.elementRole(element, guest.id, 'guest_viewer');
  const wish = { id: uuid(), elementId: element.id, teamId: team.id, note: null };
  return { guest, approvalId: await requestAccess(store, byPerson(guest.id, asOf), wish) };
}

/** The request that a share made. */
export function requestOf(share: ShareResult): string {
  const id = share.recipients[0]?.inviteId;
  if (id == null) throw new Error(`the share made no request: ${JSON.stringify(share.recipients)}`);
  return id;
}

/** Decides as a surface does: the attempt is written, then the run is asked. */
export async function decideAs(
  store: Store,
  processes: Processes,
  by: { userId: string; teamId: string; approvalId: string; asOf: Date },
  decision: { verdict: 'approve' | 'deny'; reason?: string; attemptId?: string },
): Promise<DecisionOutcome> {
  const { approvalId, teamId } = by;
  const attemptId = decision.attemptId ?? uuid();
  await recordAttempt(store, byPerson(by.userId, by.asOf), {
    ...{ attemptId, approvalId, teamId, verdict: decision.verdict, reason: decision.reason ?? null },
    ...{ grantRole: null, revision: null, via: 'api' },
  });
  return processes.decide({ approvalId, teamId, attemptId });
}
