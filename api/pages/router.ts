import { join } from 'node:path';
import express, { Router } from 'express';
import { Refusal } from '../../domain/refusal';
import { depsFor } from '../auth/caller';
import { hasCsrfToken } from '../auth/session';
import { sessionOf, sessionUserOf } from '../auth/session-data';
import type { ApiDeps } from '../deps';
import { approvalPages } from './approval-pages';
import { askPages } from './ask-pages';
import { elementPages } from './element-pages';
import { forkPages } from './fork-pages';
import { homePages } from './home-pages';
import { invitationPages } from './invitation-pages';
import { runPages } from './run-pages';
import { notificationPages } from './notification-pages';
import { sessionPages } from './session-pages';
import { signInPages } from './sign-in-pages';

/** A form of ours holds a message of 2,000 characters at most. */
const FORM_LIMIT = '64kb';

/** The plain pages, which the console replaces: everything that a person has to do works without it. */
export function pagesRouter(deps: ApiDeps): Router {
  const router = Router();
  router.use('/assets', express.static(join(__dirname, '..', 'assets'), { maxAge: '1h', index: false }));
  const forms = express.urlencoded({ extended: false, limit: FORM_LIMIT });
  router.use(forms, express.json({ limit: FORM_LIMIT }), (request, _response, next) => {
    // Whoever is signed in has a session to protect. A browser says with every form where the form came from; it carries
    // the token for signing in, too, or a page elsewhere could sign somebody in as another person. A program that says
    // neither, or sends JSON, which no form can, has nothing that another site could ride on.
    const isJson = request.is('application/json') === 'application/json';
    const isBrowser = request.get('origin') !== undefined || request.get('sec-fetch-site') !== undefined;
    const isProgram = sessionUserOf(request) === null && (isJson || !isBrowser);
    if (request.method !== 'POST' || isProgram || hasCsrfToken(request)) next();
    else
      next(
        new Refusal('forbidden', 'This page was open for too long or came from elsewhere. Load it again.'),
      );
  });
  router.use(signInPages(deps));
  const everywhere = ownPages(deps);
  router.use((request, response, next) => {
    const { ssoTeamId } = sessionOf(request);
    // A session that a team's issuer made sees that team alone, whatever the page asks for.
    const pages = ssoTeamId === undefined ? everywhere : ownPages(depsFor(deps, ssoTeamId));
    pages(request, response, next);
  });
  return router;
}

/** What people see once they are signed in. */
function ownPages(deps: ApiDeps): Router {
  const router = Router();
  router.use(
    homePages(deps),
    approvalPages(deps),
    elementPages(deps),
    askPages(deps),
    forkPages(deps),
    invitationPages(deps),
    runPages(deps),
    notificationPages(deps),
    sessionPages(deps),
  );
  return router;
}
