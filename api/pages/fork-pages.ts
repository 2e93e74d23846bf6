import { Router } from 'express';
import { v7 as uuid } from 'uuid';
import { mayFork } from '../../domain/access';
import { forkElement } from '../../operations/fork-element';
import { forbidden } from '../../operations/parts/caller-rights';
import { seeElement } from '../../operations/parts/seen';
import type { ApiDeps } from '../deps';
import { elementPlace } from '../routes/places';
import { ForkPage } from './fork';
import { sendPage } from './layout';
import { causeOrSignIn, knownId } from './page-caller';

/** `/e/{id}/fork`: a copy of an element for oneself, after signing in (SHARE-6). */
export function forkPages(deps: ApiDeps): Router {
  const { store } = deps;
  const router = Router();
  router.param('id', knownId);

  router.get('/e/:id/fork', async (request, response) => {
    const cause = causeOrSignIn(deps, request, response, {
      why: 'A fork is a copy of your own: sign in to keep it.',
    });
    if (cause === null) return;
    const { elementId, teamId } = await elementPlace(store, request.params.id);
    const { element, workspace, role } = await store.inTeam(teamId, (tx) =>
      seeElement(tx, elementId, cause.actor),
    );
    if (!mayFork(role, workspace.visibility)) {
      throw forbidden('Viewers and Editors of the element could fork it, guests cannot.');
    }
    sendPage(request, response, `Fork ${element.name}`, ({ csrf }) => ForkPage({ csrf, element }));
  });

  router.post('/e/:id/forks', async (request, response) => {
    const cause = causeOrSignIn(deps, request, response);
    if (cause === null) return;
    const source = await elementPlace(store, request.params.id);
    const { element } = await forkElement(store, cause, { ...source, target: null, id: uuid() });
    response.redirect(303, `/e/${element.id}`);
  });
  return router;
}
