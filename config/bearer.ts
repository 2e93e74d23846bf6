import { createHash, timingSafeEqual } from 'node:crypto';

/** The token of an `Authorization: Bearer` header, or null where it holds none. */
export function bearerToken(authorization: string | undefined): string | null {
  return /^Bearer ([^\s]+)$/i.exec(authorization ?? '')?.[1] ?? null;
}

/** Compares by digests of one length: it takes as long for a wrong secret as for the right one. */
export function isSameSecret(given: string, wanted: string): boolean {
  const digest = (secret: string): Buffer => createHash('sha256').update(secret).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}
