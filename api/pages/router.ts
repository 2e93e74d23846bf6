import { join } from 'node:path';
import express, { Router } from 'express';
import { Refusal } from '../../domain/refusal';
import { hasCsrfToken } from '../auth/session';
import type { ApiDeps } from '../deps';
import { approvalPages } from './approval-pages';
import { elementPages } from './element-pages';
import { homePages } from './home-pages';
import { invitationPages } from './invitation-pages';
import { signInPages } from './sign-in-pages';

/** A form of ours holds a message of 2,000 characters at most. */
const FORM_LIMIT = '64kb';

/** The plain pages, which the console replaces: everything that a person has to do works without it. */
export function pagesRouter(deps: ApiDeps): Router {
  const router = Router();
  router.use('/assets', express.static(join(__dirname, '..', 'assets'), { maxAge: '1h', index: false }));
  const forms = express.urlencoded({ extended: false, limit: FORM_LIMIT });
  router.use(forms, express.json({ limit: FORM_LIMIT }), (request, _response, next) => {
    const isForm = request.is('application/x-www-form-urlencoded') !== false;
    // A program that asks for a sign-in link by JSON has no session to protect; browsers send forms.
    if (
      request.method === 'POST' &&
      (isForm || request.session.userId !== undefined) &&
      !hasCsrfToken(request)
    ) {
      next(
        new Refusal(
          'forbidden',
          'This page was open for too long or came from elsewhere. Load it again and retry.',
        ),
      );
      return;
    }
    next();
  });
  router.use(
    signInPages(deps),
    homePages(deps),
    approvalPages(deps),
    elementPages(deps),
    invitationPages(deps),
  );
  return router;
}
