import { Router } from 'express';
import { v7 as uuid } from 'uuid';
import { mayAskToEdit } from '../../domain/access';
import type { Actor } from '../../domain/actor';
import { Refusal } from '../../domain/refusal';
import type { ElementRole } from '../../domain/roles';
import { requestAccess } from '../../operations/request-access';
import type { Tx } from '../../store/database';
import { Approval } from '../../store/models';
import { teamRolesOf } from '../../store/queries/access';
import type { ApiDeps } from '../deps';
import { elementPlace } from '../routes/places';
import { causeOrSignIn, field, knownId } from './page-caller';

/** `/e/{id}/access-requests`: asking to become Editor (GUEST-6). */
export function askPages({ store, processes, ...deps }: ApiDeps): Router {
  const router = Router();
  router.param('id', knownId);
  router.post('/e/:id/access-requests', async (request, response) => {
    const cause = causeOrSignIn({ store, processes, ...deps }, request, response);
    if (cause === null) return;
    const { elementId, teamId } = await elementPlace(store, request.params.id);
    const wish = { id: uuid(), elementId, teamId, note: field(request, 'note', 2_000) };
    const approvalId = await requestAccess(store, cause, wish).catch(waitingOne);
    if (teamId !== null) await processes.startInvite({ approvalId, teamId });
    response.redirect(303, `/approvals/${approvalId}`);
  });
  return router;
}

/** A second press of the button leads to what the first one made. */
function waitingOne(error: unknown): string {
  const waiting = error instanceof Refusal ? error.extra.members?.['approvalId'] : undefined;
  if (typeof waiting === 'string') return waiting;
  throw error;
}

/** Whether somebody may ask to become Editor here, or what they asked before; null where there is nothing to ask. */
export async function askingOf(
  tx: Tx,
  viewer: Actor | null,
  on: { readonly elementId: string; readonly teamId: string | null; readonly role: ElementRole | null },
): Promise<'may ask' | { readonly approvalId: string } | null> {
  const { elementId, teamId, role } = on;
  if (viewer?.type !== 'person' || teamId === null || !mayAskToEdit(role)) return null;
  if ((await teamRolesOf(tx, teamId, viewer.userId)).length === 0) return null;
  const waiting = await Approval.query(tx).findOne({
    ...{ teamId, elementId, subjectUserId: viewer.userId, kind: 'access_request', state: 'pending' },
  });
  return waiting === undefined ? 'may ask' : { approvalId: waiting.id };
}
