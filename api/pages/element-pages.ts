import { Router, type Request } from 'express';
import { v7 as uuid } from 'uuid';
import { isPublicCollection, mayMakeWorkspaces } from '../../domain/access';
import { mayShare } from '../../domain/inviting';
import { Refusal } from '../../domain/refusal';
import type { TeamWithIssuer } from '../../operations/issuer-sign-in';
import { requirePerson } from '../../operations/parts/caller-rights';
import { joinAsGuest } from '../../operations/join-as-guest';
import { seeElement } from '../../operations/parts/seen';
import {
  recordedShare,
  shareElement,
  type Placement,
  type RecipientOutcome,
  type ShareInput,
  type ShareResult,
  type ShareTo,
} from '../../operations/share-element';
import type { Store, Tx } from '../../store/database';
import { Share } from '../../store/models';
import { findElement, teamRolesOf } from '../../store/queries/access';
import { locate } from '../../store/queries/locate';
import { newestVersion } from '../../store/queries/workspaces';
import { sessionUserOf } from '../auth/session-data';
import type { ApiDeps } from '../deps';
import { elementPlace } from '../routes/places';
import { email, id as shareIdShape } from '../routes/shapes';
import { askingOf } from './ask-pages';
import { ElementPage } from './element';
import { guestInvite } from './guest-invite';
import { JoinPage } from './join';
import { sendPage } from './layout';
import { requestsOf } from './listed-requests';
import { causeOrSignIn, field, knownId } from './page-caller';
import { IssuerFirst } from './sign-in';

/** `/e/{id}`: an element's own page, and sharing it. */
export function elementPages(deps: ApiDeps): Router {
  const { store, processes, config } = deps;
  const router = Router();
  router.param('id', knownId);

  router.get('/e/:id', async (request, response) => {
    const stranger = sessionUserOf(request) === null ? await forStrangers(store, request.params.id) : null;
    const isVisitor = stranger?.isOpen === true;
    const cause = isVisitor
      ? null
      : causeOrSignIn(deps, request, response, { team: stranger?.issuer ?? null });
    if (cause === null && !isVisitor) return;
    const viewer = cause?.actor ?? null;
    const userId = viewer === null ? null : requirePerson(viewer);
    const { elementId, teamId } = await elementPlace(store, request.params.id);
    const invite = viewer === null ? null : await guestInvite(store, { elementId, teamId }, viewer);
    if (invite !== null) {
      const { issuer: team } = invite;
      if (team === null) {
        sendPage(request, response, 'Join as guest', ({ csrf }) => JoinPage({ csrf, elementId }));
      } else {
        sendPage(request, response, 'Sign in', () => IssuerFirst({ team, returnTo: request.path }), 403);
      }
      return;
    }
    const shown = await store.inTeam(teamId, async (tx) => {
      const { element, workspace, role } = await seeElement(tx, elementId, viewer);
      const roles = teamId === null || userId === null ? [] : await teamRolesOf(tx, teamId, userId);
      const { content } = await newestVersion(tx, element);
      return {
        ...{ element, workspace, role: role ?? 'viewer' },
        requests: element.type === 'collection' ? requestsOf(content) : [],
        mayShare: mayShare(roles),
        asking: await askingOf(tx, viewer, { elementId, teamId, role }),
        mayPlace: mayMakeWorkspaces(roles),
        outcomes: await outcomesOf(tx, request.query['share'], { elementId, sharerId: userId }),
      };
    });
    sendPage(request, response, shown.element.name, (page) =>
      // A visitor has no form before them, and is given no session.
      ElementPage({ csrf: isVisitor ? '' : page.csrf, ...shown }),
    );
  });

  // A button, not the opening of the page: a link that is merely looked at makes nobody a member of anything.
  router.post('/e/:id/join', async (request, response) => {
    const cause = causeOrSignIn(deps, request, response);
    if (cause === null) return;
    const place = await elementPlace(store, request.params.id);
    const { beganDigest, teamId } = await joinAsGuest(store, cause, {
      ...place,
      publicUrl: config.publicUrl,
    });
    if (beganDigest) await processes.guestsJoined(teamId);
    response.redirect(303, `/e/${place.elementId}`);
  });

  router.post('/e/:id/shares', async (request, response) => {
    const cause = causeOrSignIn(deps, request, response);
    if (cause === null) return;
    const place = await elementPlace(store, request.params.id);
    const done = await shareElement(store, cause, { ...place, ...shareIn(request), shareId: uuid() });
    await processes.startShare({ shareId: done.id, teamId: done.teamId });
    for (const approvalId of done.changedApprovals) await processes.requestChanged(approvalId);
    response.redirect(303, soleRequest(done) ?? `/e/${done.elementId}?share=${done.id}`);
  });
  return router;
}

/** Whether anyone may view an element's page without signing in (SHARE-6), or through which issuer its guest link lets people in. */
async function forStrangers(
  store: Store,
  elementId: string,
): Promise<{ readonly isOpen: boolean; readonly issuer: TeamWithIssuer | null }> {
  const place = await locate(store, 'element', elementId);
  if (place === null) return { isOpen: false, issuer: null };
  const { teamId } = place;
  const placed = await store.inTeam(teamId, (tx) => findElement(tx, elementId));
  if (placed !== null && isPublicCollection(placed.element.type, placed.workspace.visibility)) {
    return { isOpen: true, issuer: null };
  }
  const invite = await guestInvite(store, { elementId, teamId }, null);
  return { isOpen: false, issuer: invite?.issuer ?? null };
}

/** As many as REST takes. */
const MAX_RECIPIENTS = 100;

function shareIn(request: Request): Omit<ShareInput, 'shareId' | 'elementId' | 'teamId'> {
  const role = field(request, 'role');
  const message = field(request, 'message', 2_000);
  const placement = placementIn(request);
  const given: Pick<ShareTo, 'role'> = role === 'viewer' || role === 'editor' ? { role } : {};
  return {
    recipients: recipientsIn(request).map((to) => ({ ...to, ...given })),
    ...(message === null ? {} : { message }),
    ...(placement === null ? {} : { placement }),
  };
}

/** @throws {Refusal} `invalid_request` */
function recipientsIn(request: Request): ({ email: string } | { name: string })[] {
  const typed = (field(request, 'recipients', 30_000) ?? '').split(/[\n,;]/).map((line) => line.trim());
  const lines = [...new Set(typed)].filter((line) => line !== '');
  if (lines.length === 0 || lines.length > MAX_RECIPIENTS) {
    throw badRecipients(`Name between one and ${MAX_RECIPIENTS} people.`);
  }
  return lines.map((line) => {
    if (!line.includes('@')) return { name: line };
    const address = email.safeParse(line);
    if (address.success) return { email: address.data };
    throw badRecipients(`“${line}” is no e-mail address.`);
  });
}

function badRecipients(message: string): Refusal {
  return new Refusal('invalid_request', message, { errors: [{ path: 'recipients', message }] });
}

function placementIn(request: Request): Placement | null {
  const placement = field(request, 'placement');
  const name = field(request, 'workspace');
  if (placement === 'team') return { makeWorkspaceTeam: true };
  return placement === 'new' && name !== null ? { newTeamWorkspace: { name } } : null;
}

/** A share with one person who waits for an approval leads to where that can be followed. */
function soleRequest({ recipients }: ShareResult): string | null {
  const [first, second] = recipients;
  const isSole = second === undefined && first?.outcome === 'pending_approval';
  return isSole && first.inviteId !== null ? `/approvals/${first.inviteId}` : null;
}

/** What the share that the person just made came to. */
async function outcomesOf(
  tx: Tx,
  shareId: unknown,
  mine: { readonly elementId: string; readonly sharerId: string | null },
): Promise<readonly RecipientOutcome[]> {
  const asked = shareIdShape.safeParse(shareId);
  if (!asked.success || mine.sharerId === null) return [];
  const share = await Share.query(tx).findOne({ id: asked.data, ...mine });
  return share === undefined ? [] : (await recordedShare(tx, share.id)).recipients;
}
