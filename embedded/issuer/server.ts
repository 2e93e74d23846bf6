import { createServer } from 'node:http';
import express, { type Express } from 'express';
import type { Configuration, default as Provider } from 'oidc-provider';
import { z } from 'zod';
import { closeServer, listen } from '../http';
import { loopbackOnly } from '../slack/loopback';
import { TEAMS } from '../world/people';
import { issuerKeys, type IssuerKeys } from './keys';
import { issuerErrorPage, signInPage, type IssuerPerson } from './page';
import { openProvider } from './provider';

/** An OIDC issuer that stands in for a company's own. */
export interface Issuer {
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  stop(): Promise<void>;
}

/** How the issuer is started. */
export interface IssuerOptions {
  /** Folder for its keys; made when missing. */
  readonly home: string;
  /** 0: any free one. */
  readonly port: number;
  /** Where Doorlist is reached: people go back there. */
  readonly publicUrl: string;
  /** Whether addresses count as verified; unset: they do. Null leaves the claim out. */
  readonly emailVerified?: boolean | null;
}

const CLIENT_ID = 'doorlist';
const HOUR_S = 3_600;

/**
 * Starts the issuer on loopback. Its keys and its client's secret lie in the state folder; sign-ins that are under way are
 * forgotten at its end.
 * @throws the server's error, such as a taken port
 */
export async function startIssuer({
  home,
  port,
  publicUrl,
  emailVerified = true,
}: IssuerOptions): Promise<Issuer> {
  const keys = issuerKeys(home);
  const app = express();
  const server = createServer(app);
  const url = `http://127.0.0.1:${await listen(server, port)}`;
  const provider = openProvider(url, settings(keys, publicUrl, emailVerified));
  serve(
    app,
    provider,
    TEAMS.filter(({ ssoDomains }) => ssoDomains.length > 0).flatMap(({ people }) => people),
  );
  return { url, clientId: CLIENT_ID, clientSecret: keys.clientSecret, stop: () => closeServer(server) };
}

function settings(keys: IssuerKeys, publicUrl: string, emailVerified: boolean | null): Configuration {
  return {
    clients: [
      {
        client_id: CLIENT_ID,
        client_secret: keys.clientSecret,
        redirect_uris: [`${publicUrl.replace(/\/+$/, '')}/auth/sso/callback`],
      },
    ],
    jwks: { keys: [keys.signing] },
    cookies: { keys: [keys.cookies] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    features: { devInteractions: { enabled: false } },
    pkce: { required: () => true },
    ttl: {
      ...{
        AccessToken: HOUR_S,
        IdToken: HOUR_S,
        Interaction: HOUR_S,
        Session: 24 * HOUR_S,
        Grant: 24 * HOUR_S,
      },
      AuthorizationCode: 60,
    },
    interactions: { url: (_context, { uid }) => `/sign-in/${uid}` },
    // An address is its own account here.
    findAccount: (_context, email) => ({
      accountId: email,
      claims: () => ({
        sub: email,
        email,
        name: nameOf(email),
        ...(emailVerified === null ? {} : { email_verified: emailVerified }),
      }),
    }),
    // Nobody is asked whether Doorlist may know who they are.
    loadExistingGrant: async ({ oidc }) => {
      const { client, session, provider } = oidc;
      const grant = new provider.Grant({ clientId: client?.clientId, accountId: session?.accountId });
      grant.addOIDCScope('openid email profile');
      await grant.save();
      return grant;
    },
    renderError: (context, { error_description: sentence, error }) => {
      context.type = 'html';
      context.body = issuerErrorPage(sentence ?? error);
    },
  };
}

function nameOf(email: string): string {
  const known = TEAMS.flatMap(({ people }) => people).find((person) => person.email === email);
  return known?.name ?? email.split('@')[0] ?? email;
}

function serve(app: Express, provider: Provider, people: readonly IssuerPerson[]): void {
  app.disable('x-powered-by');
  app.use(loopbackOnly);
  app.get('/sign-in/:uid', async (request, response) => {
    await provider.interactionDetails(request, response);
    response.send(signInPage(people, request.path));
  });
  app.post('/sign-in/:uid', express.urlencoded({ extended: false }), async (request, response) => {
    const asked = z.object({ email: z.email().toLowerCase() }).safeParse(request.body);
    if (!asked.success) {
      response.status(422).send(issuerErrorPage('That is no e-mail address.'));
      return;
    }
    await provider.interactionFinished(request, response, { login: { accountId: asked.data.email } });
  });
  // The library's own handler ends the answer, though it gives a promise.
  app.use((request, response) => void provider.callback()(request, response));
  app.use(
    (_error: unknown, _request: express.Request, response: express.Response, next: express.NextFunction) => {
      if (response.headersSent) next(_error);
      else response.status(400).send(issuerErrorPage('This sign-in is over. Start again.'));
    },
  );
}
