import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JWK } from 'oidc-provider';
import { keptSecret } from '../secrets';

/** What the issuer keeps in the state folder, so that who is signed in stays so over a restart. */
export interface IssuerKeys {
  readonly signing: JWK;
  readonly cookies: string;
  readonly clientSecret: string;
}

/** Reads the keys, made at the first start. */
export function issuerKeys(home: string): IssuerKeys {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  return {
    signing: signingKey(join(home, 'signing-key.json')),
    cookies: keptSecret(join(home, 'cookie-secret')),
    clientSecret: keptSecret(join(home, 'client-secret')),
  };
}

function signingKey(path: string): JWK {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as JWK;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = { ...privateKey.export({ format: 'jwk' }), alg: 'RS256', use: 'sig' } as JWK;
  writeFileSync(path, JSON.stringify(key), { mode: 0o600 });
  return key;
}
