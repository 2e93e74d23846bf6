import { Router } from 'express';
import { v7 as uuid } from 'uuid';
import { mayShare } from '../../domain/inviting';
import { notFound, requirePerson } from '../../operations/parts/caller-rights';
import { seeElement } from '../../operations/parts/seen';
import { shareElement, type ShareResult } from '../../operations/share-element';
import { teamRolesOf } from '../../store/queries/access';
import { locate } from '../../store/queries/locate';
import { newestVersion } from '../../store/queries/workspaces';
import type { ApiDeps } from '../deps';
import { ElementPage, type ListedRequest } from './element';
import { sendPage } from './layout';
import { causeOrSignIn, field } from './page-caller';

/** `/e/{id}`: an element's own page, and sharing it. */
export function elementPages(deps: ApiDeps): Router {
  const { store, processes } = deps;
  const router = Router();

  router.get('/e/:id', async (request, response) => {
    const cause = causeOrSignIn(deps, request, response);
    if (cause === null) return;
    const place = await locate(store, 'element', request.params.id);
    if (place === null) throw notFound('element');
    const shown = await store.inTeam(place.teamId, async (tx) => {
      const { element, workspace, role } = await seeElement(tx, place.id, cause.actor);
      const userId = requirePerson(cause.actor);
      const roles = place.teamId === null ? [] : await teamRolesOf(tx, place.teamId, userId);
      const { content } = await newestVersion(tx, element);
      const requests = element.type === 'collection' ? requestsOf(content) : [];
      return { element, workspace, role: role ?? 'viewer', requests, mayShare: mayShare(roles) };
    });
    const notice =
      typeof request.query['shared'] === 'string' ? 'Shared. What came of it is on your start page.' : null;
    sendPage(request, response, shown.element.name, ({ csrf }) => ElementPage({ csrf, ...shown, notice }));
  });

  router.post('/e/:id/shares', async (request, response) => {
    const cause = causeOrSignIn(deps, request, response);
    if (cause === null) return;
    const { id: elementId } = request.params;
    const place = await locate(store, 'element', elementId);
    if (place === null) throw notFound('element');
    const role = field(request, 'role');
    const message = field(request, 'message');
    const named = (field(request, 'recipients') ?? '').split(/[\n,]/).map((line) => line.trim());
    const done = await shareElement(store, cause, {
      shareId: uuid(),
      elementId,
      teamId: place.teamId,
      recipients: named
        .filter((line) => line !== '')
        .slice(0, 100)
        .map((line) => ({
          ...(line.includes('@') ? { email: line } : { name: line }),
          ...(role === 'viewer' || role === 'editor' ? { role } : {}),
        })),
      ...(message === null ? {} : { message: message.slice(0, 2_000) }),
    });
    await processes.startShare({ shareId: done.id, teamId: done.teamId });
    for (const approvalId of done.changedApprovals) await processes.requestChanged(approvalId);
    response.redirect(303, firstRequest(done) ?? `/e/${elementId}?shared`);
  });
  return router;
}

/** A share that waits for an approval leads to where that can be followed. */
function firstRequest({ recipients }: ShareResult): string | null {
  const pending = recipients.find(({ outcome }) => outcome === 'pending_approval');
  return pending?.inviteId == null ? null : `/approvals/${pending.inviteId}`;
}

interface Item {
  readonly name?: unknown;
  readonly item?: readonly Item[];
  readonly request?: { readonly method?: unknown } | string;
}

/** A collection's requests, by folder; at most as many as a page is read for. */
function requestsOf(content: string): readonly ListedRequest[] {
  const found: ListedRequest[] = [];
  const walk = (items: readonly Item[], folder: string): void => {
    for (const { name, item, request } of items) {
      const path = `${folder}${typeof name === 'string' ? name : 'unnamed'}`;
      if (Array.isArray(item)) walk(item as readonly Item[], `${path} / `);
      else if (request !== undefined && found.length < 200) {
        const method =
          typeof request === 'object' && typeof request.method === 'string' ? request.method : 'GET';
        found.push({ method, path });
      }
    }
  };
  walk((JSON.parse(content) as { item?: readonly Item[] }).item ?? [], '');
  return found;
}
