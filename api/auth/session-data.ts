import type { Request } from 'express';
import type { SessionData } from 'express-session';

declare module 'express-session' {
  interface SessionData {
    /** Names the session to its person; its own id is a secret. */
    handle?: string;
    userId?: string;
    /** The team whose issuer signed the person in: the session opens that team only (TEAM-7). */
    ssoTeamId?: string;
    /** ISO 8601. */
    signedInAt?: string;
    /** What the browser says it is. */
    agent?: string;
    /** Sign-ins through issuers that this browser has begun, newest last. */
    begun?: BegunSignIn[];
    /** SHA-256 of the mailed link that finishes this browser's sign-in through an issuer, base64url. */
    awaitedLink?: string;
  }
}

/** A sign-in through a team's issuer between our redirect and the issuer's: what its answer is held against. */
export interface BegunSignIn {
  readonly teamId: string;
  readonly issuer: string;
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly returnTo: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Who is signed in here, or null. */
export function sessionUserOf(request: Request): string | null {
  return sessionOf(request).userId ?? null;
}

/** The session's data; empty where there is none. */
export function sessionOf(request: Request): Partial<SessionData> {
  return (request as unknown as { session?: Partial<SessionData> }).session ?? {};
}
