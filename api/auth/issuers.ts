import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  ClientSecretBasic,
  ClientSecretPost,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  ResponseBodyError,
  type ClientAuth,
  type Configuration,
} from 'openid-client';
import type { Seal } from '../../store/seal';
import type { SsoSettings } from '../../store/models';
import { asIssuerFailure, issuerAway } from './issuer-failures';
import { claimOf, type Claim } from './issuer-claims';

/** One call to an issuer: a person waits before an empty page. */
const TIMEOUT_S = 5;
/** What an issuer published is asked for anew after this: new keys are fetched by need, endpoints hardly ever move. */
const FRESH_MS = 600_000;
/** As many issuers as are in use at once on a large installation; the oldest is looked up again. */
const KEPT = 500;

/** What a browser takes along to an issuer, and what the issuer's answer is held against. */
export interface Begun {
  readonly url: URL;
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** The teams' OIDC issuers: code flow with PKCE, state and nonce (TEAM-7). */
export interface Issuers {
  /** @throws {Refusal} `unavailable` when the issuer does not answer as one */
  begin(sso: SsoSettings): Promise<Begun>;
  /**
   * Trades the code in an issuer's answer for what the issuer says of the person, once all of it was checked: state, `iss`,
   * signature, audience, nonce, times.
   * @throws {Refusal} `forbidden` for an answer that does not hold, `unavailable` when the issuer does not answer
   */
  finish(sso: SsoSettings, answer: URL, begun: Omit<Begun, 'url'>): Promise<Claim>;
}

/** Doorlist as a client of one issuer. */
interface Client {
  readonly config: Configuration;
  /** From now on sends the client's secret the other way that OpenID Connect knows. */
  readonly otherWay: () => void;
}

type Grant = Parameters<typeof authorizationCodeGrant> extends [Configuration, ...infer Rest] ? Rest : never;

/** Opens the door to the issuers. What they publish is kept a while; a look-up that failed is not. */
export function createIssuers(seal: Seal, publicUrl: string): Issuers {
  const kept = new Map<string, { readonly found: Promise<Client>; readonly until: number }>();

  const lookUp = (sso: SsoSettings): Promise<Client> => {
    const key = JSON.stringify([sso.issuer, sso.clientId, sso.clientSecret]);
    const known = kept.get(key);
    if (known !== undefined && known.until > Date.now()) return known.found;
    const found = discover(seal, sso);
    kept.delete(key);
    kept.set(key, { found, until: Date.now() + FRESH_MS });
    found.catch(() => kept.delete(key));
    const oldest = kept.keys().next().value;
    if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
    return found;
  };

  return {
    begin: async (sso) => {
      const { config } = await lookUp(sso).catch((error: unknown) => {
        throw issuerAway(error);
      });
      const [state, nonce, verifier] = [randomState(), randomNonce(), randomPKCECodeVerifier()];
      const url = buildAuthorizationUrl(config, {
        redirect_uri: `${publicUrl}/auth/sso/callback`,
        scope: 'openid email profile',
        ...{ state, nonce, code_challenge_method: 'S256' },
        code_challenge: await calculatePKCECodeChallenge(verifier),
      });
      return { url, state, nonce, verifier };
    },
    finish: async (sso, answer, { state, nonce, verifier }) => {
      const client = await lookUp(sso).catch((error: unknown) => {
        throw issuerAway(error);
      });
      const { config } = client;
      try {
        const tokens = await trade(client, answer, {
          ...{ expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier },
          idTokenExpected: true,
        });
        const said = tokens.claims();
        const isWhole =
          said?.['email'] !== undefined || config.serverMetadata().userinfo_endpoint === undefined;
        const more = isWhole ? {} : await fetchUserInfo(config, tokens.access_token, said?.sub ?? '');
        return claimOf({ ...more, ...said });
      } catch (error) {
        throw asIssuerFailure(error);
      }
    },
  };
}

async function discover(seal: Seal, { issuer, clientId, clientSecret }: SsoSettings): Promise<Client> {
  const url = new URL(issuer);
  const secret = seal.open(Buffer.from(clientSecret, 'base64'));
  const [basic, post] = [ClientSecretBasic(secret), ClientSecretPost(secret)];
  let isPost: boolean | null = null;
  const authenticate: ClientAuth = (server, ...rest) => {
    isPost ??= server.token_endpoint_auth_methods_supported?.includes('client_secret_basic') === false;
    (isPost ? post : basic)(server, ...rest);
  };
  const config = await discovery(url, clientId, secret, authenticate, {
    timeout: TIMEOUT_S,
    execute: [
      // A token's signature counts, however it came.
      enableNonRepudiationChecks,
      // Plain http is for issuers on this machine; settings with any other are refused.
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so only to stand out
      ...(url.protocol === 'http:' ? [allowInsecureRequests] : []),
    ],
  });
  return { config, otherWay: () => void (isPost = isPost !== true) };
}

/** Sends the secret in the header, as is usual; an issuer that knows the client by the body's fields gets it there. */
async function trade(client: Client, ...rest: Grant): ReturnType<typeof authorizationCodeGrant> {
  try {
    return await authorizationCodeGrant(client.config, ...rest);
  } catch (error) {
    // It did not look at the code before it knew who came with it.
    if (!(error instanceof ResponseBodyError && error.error === 'invalid_client')) throw error;
    client.otherWay();
    return authorizationCodeGrant(client.config, ...rest);
  }
}
