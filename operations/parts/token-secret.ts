import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits: nobody guesses one, so a plain hash without salt or stretching is enough to keep. */
const SECRET_BYTES = 32;
const PREFIX = { user: 'dlu_', service: 'dls_' } as const;

/** A fresh token: the secret, shown once, and the hash that is kept. */
export function makeToken(kind: keyof typeof PREFIX): { readonly secret: string; readonly hash: Buffer } {
  const secret = PREFIX[kind] + randomBytes(SECRET_BYTES).toString('base64url');
  return { secret, hash: tokenHash(secret) };
}

/** What is kept of a token: the SHA-256 of the whole, prefix included. */
export function tokenHash(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
