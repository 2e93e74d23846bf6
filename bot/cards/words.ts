import type { AssignableTeamRole, ShareRole } from '../../domain/roles';
import { ROLE_NAMES } from '../../domain/who-could';
import type { Decider } from '../../store/queries/approval-view';
import type { ShownRequest } from './card-view';
import { oneLine } from './text';

/** Roles as people read them. */
export const ROLE: Readonly<Record<ShareRole | AssignableTeamRole, string>> = ROLE_NAMES;

/** “zoe@partner.example”, with the name where there is an account. */
export function subjectOf({ subject }: Pick<ShownRequest, 'subject'>): string {
  const email = oneLine(subject.email);
  return subject.name === null ? email : `${oneLine(subject.name)} (${email})`;
}

/** Who decided, and for whom: “Bo for Ada” (INVITE-9). */
export function deciderName({ name, onBehalfOf }: Decider): string {
  return onBehalfOf === undefined ? oneLine(name) : `${oneLine(name)} for ${oneLine(onBehalfOf.name)}`;
}
