import { Router } from 'express';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { z } from 'zod';
import { Refusal } from '../../domain/refusal';
import { signInMail } from '../../mail/templates/sign-in';
import { LOGIN_LINK_MINUTES, lookAtLoginLink, makeLoginLink, useLoginLink } from '../../operations/sign-in';
import { signIn, signOut } from '../auth/session';
import type { ApiDeps } from '../deps';
import { localPath } from '../return-to';
import { sendPage } from './layout';
import { field } from './page-caller';
import { LinkSent, UseLink } from './sign-in';

/** Mails that one address is sent in a quarter of an hour: enough for a person who mistypes, too few to flood anybody. */
const LINKS_PER_ADDRESS = 20;
/** Requests from one place in the same time, whatever addresses they name. */
const LINKS_PER_PLACE = 600;
const WINDOW_S = 900;

const address = z.email().max(254).toLowerCase();

/** Signing in by a mailed link (TEAM-1). Whether an address has an account shows in nothing that is answered. */
export function signInPages(deps: ApiDeps): Router {
  const { store, config, mailer, log } = deps;
  const router = Router();
  const perAddress = new RateLimiterMemory({ points: LINKS_PER_ADDRESS, duration: WINDOW_S });
  const perPlace = new RateLimiterMemory({ points: LINKS_PER_PLACE, duration: WINDOW_S });

  const mailLink = async (email: string, returnTo: string | null): Promise<void> => {
    const token = await makeLoginLink(store, { email, returnTo });
    const url = new URL(`/auth/email/${token}`, config.publicUrl).href;
    await mailer.send({ to: email, ...signInMail({ url, minutes: LOGIN_LINK_MINUTES }) });
  };

  router.post('/auth/email', async (request, response) => {
    const asked = address.safeParse((request.body as { email?: unknown } | undefined)?.email);
    if (!asked.success) {
      throw new Refusal('invalid_request', 'That is no e-mail address.', {
        errors: [{ path: 'email', message: 'is no e-mail address' }],
      });
    }
    const email = asked.data;
    await perPlace.consume(request.ip ?? 'unknown').catch(() => {
      throw new Refusal('rate_limited', 'Too many sign-in links were asked for from here.', {
        retryAfter: WINDOW_S,
      });
    });
    const returnTo = localPath((request.body as { returnTo?: unknown }).returnTo);
    // Not awaited, and nothing of its outcome is answered: the answer takes as long for every address. Past the limit
    // the earlier links still work.
    void perAddress
      .consume(email)
      .then(() => mailLink(email, returnTo))
      .catch((error: unknown) => {
        if (error instanceof Error) log.error({ err: error }, 'a sign-in link could not be mailed');
      });
    if (request.accepts(['json', 'html']) === 'json') response.status(202).json({ status: 'accepted' });
    else sendPage(request, response, 'Look into your mail', () => LinkSent({ email }), 202);
  });

  router.get('/auth/email/:token', async (request, response) => {
    const { email } = await lookAtLoginLink(store, request.params.token);
    // The link's secret must not travel on in a Referer.
    response.set('Referrer-Policy', 'no-referrer');
    sendPage(request, response, 'Sign in', ({ csrf }) => UseLink({ csrf, email, action: request.path }));
  });

  router.post('/auth/email/:token', async (request, response) => {
    const { userId, returnTo } = await useLoginLink(store, request.params.token);
    await signIn(request, userId);
    response.redirect(303, localPath(returnTo) ?? '/');
  });

  router.post('/auth/signout', async (request, response) => {
    const returnTo = localPath(field(request, 'returnTo')) ?? '/';
    await signOut(request, response);
    response.redirect(303, returnTo);
  });
  return router;
}
