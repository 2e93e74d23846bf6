import { Router, type Request } from 'express';
import { notFound } from '../../operations/parts/caller-rights';
import { endSession, listSessions } from '../../store/queries/sessions';
import { sessionOf } from '../auth/session-data';
import type { ApiDeps } from '../deps';
import { sendPage } from './layout';
import { causeOrSignIn, knownId } from './page-caller';
import { SessionsPage } from './sessions';

const SHOWN = 100;

/** `/sessions`: where one is signed in, and signing those browsers out (WEB-1). */
export function sessionPages({ store, ...deps }: ApiDeps): Router {
  const router = Router();
  router.param('id', knownId);

  router.get('/sessions', async (request, response) => {
    const cause = causeOrSignIn({ ...deps, store }, request, response);
    if (cause === null) return;
    const { rows } = await store.acrossTeams((tx) =>
      listSessions(tx, ownerOf(request), cause.asOf, { limit: SHOWN, after: null }),
    );
    const current = sessionOf(request).handle ?? null;
    sendPage(request, response, 'Where you are signed in', ({ csrf }) =>
      SessionsPage({ csrf, sessions: rows, current }),
    );
  });

  router.post('/sessions/:id/end', async (request, response) => {
    const cause = causeOrSignIn({ ...deps, store }, request, response);
    if (cause === null) return;
    const ended = await store.acrossTeams((tx) => endSession(tx, ownerOf(request), request.params.id));
    if (!ended) throw notFound('session');
    response.redirect(303, '/sessions');
  });
  return router;
}

function ownerOf(request: Request) {
  const { userId = '', ssoTeamId = null } = sessionOf(request);
  return { userId, ssoTeamId };
}
