import { createHash, createSign, generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { closeServer, listen } from '../../embedded/http';

/** What a token says in place of the truth, and what else is wrong with the issuer's answers. */
export interface Lie {
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Signs with a key that was never published. */
  readonly foreignKey?: boolean;
  /** The answer's `iss` parameter. */
  readonly iss?: string;
  /** The token endpoint fails. */
  readonly broken?: boolean;
}

/** An issuer that signs anybody in without asking, and lies as it is told. */
export interface LyingIssuer {
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  lie: Lie;
  stop(): Promise<void>;
}

/** Starts it on a free port. @param email whom it signs in, unless it lies */
export async function startLyingIssuer(email: string): Promise<LyingIssuer> {
  const [own, foreign] = [pair(), pair()];
  const codes = new Map<string, { nonce: string; challenge: string }>();
  const told: { lie: Lie } = { lie: {} };
  const server = createServer((request, response) => {
    const at = new URL(request.url ?? '/', url);
    const json = (body: unknown, status = 200): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    switch (at.pathname) {
      case '/.well-known/openid-configuration':
        json({
          issuer: url,
          ...{
            authorization_endpoint: `${url}/auth`,
            token_endpoint: `${url}/token`,
            jwks_uri: `${url}/keys`,
          },
          authorization_response_iss_parameter_supported: true,
          id_token_signing_alg_values_supported: ['RS256'],
        });
        return;
      case '/keys':
        json({ keys: [{ ...own.publicKey.export({ format: 'jwk' }), alg: 'RS256', use: 'sig', kid: 'k' }] });
        return;
      case '/auth': {
        const code = `code-${codes.size + 1}`;
        const asked = (name: string): string => at.searchParams.get(name) ?? '';
        codes.set(code, { nonce: asked('nonce'), challenge: asked('code_challenge') });
        const back = new URL(asked('redirect_uri'));
        back.search = new URLSearchParams({
          code,
          state: asked('state'),
          iss: told.lie.iss ?? url,
        }).toString();
        response.writeHead(302, { location: back.href }).end();
        return;
      }
      default:
        void bodyOf(request).then((fields) => {
          const code = codes.get(fields.get('code') ?? '');
          codes.delete(fields.get('code') ?? '');
          const proof = createHash('sha256')
            .update(fields.get('code_verifier') ?? '')
            .digest('base64url');
          if (told.lie.broken === true) json({ error: 'server_error' }, 500);
          else if (code?.challenge !== proof) json({ error: 'invalid_grant' }, 400);
          else {
            const now = Math.floor(Date.now() / 1_000);
            const truth = {
              iss: url,
              aud: 'doorlist',
              sub: email,
              email,
              email_verified: true,
              nonce: code.nonce,
            };
            const token = jwt({ ...truth, iat: now, exp: now + 60, ...told.lie.claims });
            json({ access_token: 'a', token_type: 'bearer', id_token: token });
          }
        });
    }
  });
  const jwt = (claims: object): string => {
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const text = `${part({ alg: 'RS256', kid: 'k' })}.${part(claims)}`;
    const key = (told.lie.foreignKey === true ? foreign : own).privateKey;
    return `${text}.${createSign('RSA-SHA256').update(text).sign(key, 'base64url')}`;
  };
  const url: string = `http://127.0.0.1:${await listen(server, 0)}`;
  return Object.assign(told, {
    ...{ url, clientId: 'doorlist', clientSecret: 'its secret' },
    stop: () => closeServer(server),
  });
}

function pair() {
  return generateKeyPairSync('rsa', { modulusLength: 2048 });
}

async function bodyOf(request: AsyncIterable<unknown>): Promise<URLSearchParams> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return new URLSearchParams(Buffer.concat(parts).toString());
}
