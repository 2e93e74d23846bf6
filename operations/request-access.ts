import { mayAskToEdit } from '../domain/access';
import type { Cause } from '../domain/actor';
import { Refusal } from '../domain/refusal';
import { appendAudit } from '../store/audit';
import type { Store } from '../store/database';
import { Approval } from '../store/models';
import { teamRolesOf } from '../store/queries/access';
import { lockTeam } from '../store/queries/seats';
import { forbidden, notFound, requirePerson } from './parts/caller-rights';
import { openAccessRequest, pendingAccessRequest } from './parts/open-access-request';
import { byRule } from './parts/timeline';
import { seeElement } from './parts/seen';

/** Somebody's wish to become Editor of an element. `id` is the request's. */
export interface AccessWish {
  readonly id: string;
  readonly elementId: string;
  readonly teamId: string | null;
  readonly note: string | null;
}

/**
 * A guest or a Viewer asks to become Editor of an element (GUEST-6). The same id again changes nothing.
 * @returns the request's id
 * @throws {Refusal} `not_found`; `forbidden` to Editors and to people outside the team; `already_requested` with the
 * `approvalId` of the one that waits
 */
export async function requestAccess(store: Store, cause: Cause, wish: AccessWish): Promise<string> {
  const userId = requirePerson(cause.actor);
  const { id, elementId, teamId, note } = wish;
  if (teamId === null) throw notFound('element');
  return store.inTeam(teamId, async (tx) => {
    const team = await lockTeam(tx, teamId);
    if ((await Approval.query(tx).findById(id)) !== undefined) return id;
    const { element, role } = await seeElement(tx, elementId, cause.actor);
    const teamRoles = await teamRolesOf(tx, teamId, userId);
    if (teamRoles.length === 0) {
      throw forbidden('This takes a member or guest of the team. What is public can be forked.');
    }
    if (!mayAskToEdit(role)) {
      throw forbidden(
        'This is for Guest Viewers and Viewers of the element: an Editor has nothing to ask for.',
      );
    }
    const { pending, expired } = await pendingAccessRequest(tx, cause, { teamId, elementId, userId });
    if (pending !== null) {
      throw new Refusal('already_requested', 'This was asked for already, and waits for a decision.', {
        members: { approvalId: pending.id },
      });
    }
    const isGuest = teamRoles.includes('guest');
    const asked = { id, element, userId, isGuest, requesterId: userId, note };
    const { audit } = await openAccessRequest(tx, cause, team, asked);
    await appendAudit(tx, teamId, byRule('approval_expiry', cause.asOf), expired);
    await appendAudit(tx, teamId, cause, audit);
    return id;
  });
}
