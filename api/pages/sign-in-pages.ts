import { Router } from 'express';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { z } from 'zod';
import { Refusal } from '../../domain/refusal';
import { signInMail } from '../../mail/templates/sign-in';
import { teamsOfDomain } from '../../operations/issuer-sign-in';
import { tokenHash } from '../../operations/parts/token-secret';
import { LOGIN_LINK_MINUTES, lookAtLoginLink, makeLoginLink, useLoginLink } from '../../operations/sign-in';
import { signIn, signOut } from '../auth/session';
import { sessionOf } from '../auth/session-data';
import type { ApiDeps } from '../deps';
import { requestIdOf } from '../mount';
import { localPath } from '../return-to';
import { sendPage } from './layout';
import { field } from './page-caller';
import { LinkSent, UseLink } from './sign-in';
import { ssoPages, type MailLink } from './sso-pages';

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

  const mail = (email: string, token: string): Promise<void> => {
    const url = new URL(`/auth/email/${token}`, config.publicUrl).href;
    return mailer.send({ to: email, ...signInMail({ url, minutes: LOGIN_LINK_MINUTES }) });
  };
  const mailTie: MailLink = async (link) => {
    await perAddress.consume(link.email).catch(() => {
      throw new Refusal(
        'rate_limited',
        'Too many links were mailed to this address. The earlier ones still work.',
        {
          retryAfter: WINDOW_S,
        },
      );
    });
    const token = await makeLoginLink(store, link);
    await mail(link.email, token).catch((error: unknown) => {
      throw new Refusal('unavailable', 'The mail could not be sent for now.', { cause: error });
    });
    return token;
  };
  router.use(ssoPages(deps, mailTie));

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
      .then(() => makeLoginLink(store, { email, returnTo }))
      .then((token) => mail(email, token))
      .catch((error: unknown) => {
        if (error instanceof Error) log.error({ err: error }, 'a sign-in link could not be mailed');
      });
    if (request.accepts(['json', 'html']) === 'json') {
      response.status(202).json({ status: 'accepted' });
      return;
    }
    const teams = await teamsOfDomain(store, email);
    sendPage(request, response, 'Look into your mail', () => LinkSent({ email, teams, returnTo }), 202);
  });

  router.get('/auth/email/:token', async (request, response) => {
    const { email } = await lookAtLoginLink(store, request.params.token);
    // The link's secret must not travel on in a Referer.
    response.set('Referrer-Policy', 'no-referrer');
    sendPage(request, response, 'Sign in', ({ csrf }) => UseLink({ csrf, email, action: request.path }));
  });

  router.post('/auth/email/:token', async (request, response) => {
    const { token } = request.params;
    const { tie } = await lookAtLoginLink(store, token);
    if (tie !== null && sessionOf(request).awaitedLink !== tokenHash(token).toString('base64url')) {
      const sentence = 'Open this link in the browser in which you signed in at the team’s issuer.';
      throw new Refusal('forbidden', sentence);
    }
    const { userId, returnTo } = await useLoginLink(store, token, requestIdOf(response));
    await signIn(request, userId, tie?.teamId ?? null);
    response.redirect(303, localPath(returnTo) ?? '/');
  });

  router.post('/auth/signout', async (request, response) => {
    const returnTo = localPath(field(request, 'returnTo')) ?? '/';
    await signOut(request, response);
    response.redirect(303, returnTo);
  });
  return router;
}
