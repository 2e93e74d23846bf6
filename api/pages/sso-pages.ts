import { Router, type Request } from 'express';
import { Refusal } from '../../domain/refusal';
import { signInByIssuer } from '../../operations/issuer-sign-in';
import type { LinkState } from '../../operations/sign-in';
import { notFound } from '../../operations/parts/caller-rights';
import { tokenHash } from '../../operations/parts/token-secret';
import { Team } from '../../store/models';
import { createSeal } from '../../store/seal';
import { createIssuers } from '../auth/issuers';
import { keepSession, signIn, visit } from '../auth/session';
import { sessionOf, type BegunSignIn } from '../auth/session-data';
import type { ApiDeps } from '../deps';
import { requestIdOf } from '../mount';
import { localPath } from '../return-to';
import { ISSUER_SECRETS } from '../sealed-issuer';
import { sendPage } from './layout';
import { OneMoreStep } from './sign-in';

/** Tabs in which somebody signs in at once; beyond that the oldest has to start again. */
const BEGUN_AT_ONCE = 4;
/** A sign-in at an issuer takes this long at most, second factor and forgotten password included. */
const BEGUN_MS = 1_800_000;

/** Mails a link that finishes a sign-in through an issuer. @returns its token. @throws {Refusal} `rate_limited`, `unavailable` */
export type MailLink = (link: LinkState) => Promise<string>;

/** `/auth/sso/…`: signing in through a team's own issuer (TEAM-7). */
export function ssoPages(deps: ApiDeps, mailLink: MailLink): Router {
  const { store, config, log } = deps;
  const issuers = createIssuers(createSeal(config.secret, ISSUER_SECRETS), config.publicUrl);
  const router = Router();

  router.get('/auth/sso/callback', async (request, response) => {
    const begun = await takeBegun(request);
    const team = await store.acrossTeams((tx) => Team.query(tx).findById(begun.teamId));
    if (team?.sso?.issuer !== begun.issuer) throw startAgain();
    const answer = new URL(request.originalUrl, config.publicUrl);
    const claim = await issuers.finish(team.sso, answer, begun).catch((error: unknown) => {
      // Its kind alone: what the issuer sent may hold a person's claims.
      const { name, message, code } = (
        error instanceof Refusal ? error.extra.cause : error
      ) as Partial<NodeJS.ErrnoException>;
      log.warn({ teamId: team.id, name, message, code }, 'a sign-in through an issuer failed');
      throw error;
    });
    const { userId, ssoTeamId } = sessionOf(request);
    const signedIn = await signInByIssuer(
      store,
      { ...claim, teamId: team.id, issuer: begun.issuer },
      { requestId: requestIdOf(response), mailProven: ssoTeamId === undefined ? (userId ?? null) : null },
    );
    if (signedIn.outcome === 'signed_in') {
      await signIn(request, signedIn.userId, team.id);
      response.redirect(303, begun.returnTo);
      return;
    }
    const { email } = signedIn;
    const tie = { teamId: team.id, issuer: begun.issuer, subject: claim.subject };
    const token = await mailLink({ email, returnTo: begun.returnTo, tie });
    // Only this browser finishes with the link: its mail may be opened by somebody whom another one had it sent to.
    request.session.awaitedLink = tokenHash(token).toString('base64url');
    await keepSession(request);
    sendPage(request, response, 'One more step', () => OneMoreStep({ email, teamName: team.name }), 202);
  });

  router.get('/auth/sso/:slug', async (request, response) => {
    const { slug } = request.params;
    const team = await store.acrossTeams((tx) => Team.query(tx).findOne({ slug }));
    if (team?.sso == null) throw notFound('single sign-on');
    const { url, ...kept } = await issuers.begin(team.sso);
    const returnTo = localPath(request.query['returnTo']) ?? '/';
    const others = (sessionOf(request).begun ?? []).slice(1 - BEGUN_AT_ONCE);
    const mine = { ...kept, teamId: team.id, issuer: team.sso.issuer, returnTo, at: Date.now() };
    request.session.begun = [...others, mine];
    visit(request);
    await keepSession(request);
    response.set('Cache-Control', 'no-store').redirect(303, url.href);
  });
  return router;
}

/** The sign-in that an answer belongs to, taken out of the browser's session: an answer counts once, and only here. */
async function takeBegun(request: Request): Promise<BegunSignIn> {
  const { state } = request.query;
  const all = sessionOf(request).begun ?? [];
  const begun = all.find((each) => each.state === state);
  if (begun === undefined || begun.at + BEGUN_MS < Date.now()) throw startAgain();
  request.session.begun = all.filter((each) => each !== begun);
  await keepSession(request);
  return begun;
}

function startAgain(): Refusal {
  const sentence = 'This sign-in was not begun in this browser, was finished, or took too long. Start again.';
  return new Refusal('forbidden', sentence);
}
