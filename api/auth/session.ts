import { createHash } from 'node:crypto';
import connectPgSimple from 'connect-pg-simple';
import { csrfSync } from 'csrf-sync';
import type { Request, RequestHandler, Response } from 'express';
import session, { type SessionData } from 'express-session';
import { Pool } from 'pg';
import { v7 as uuid } from 'uuid';
import type { Config } from '../../config/env';
import { sessionUserOf } from './session-data';

/** How long a browser stays signed in without being used. */
const SESSION_MS = 30 * 86_400_000;
/** How long a visitor who did not sign in can leave a form open: robots fill no table for a month. */
const VISITOR_MS = 3_600_000;
/** Ended sessions are swept now and then; that they ended is judged at each read. */
const PRUNE_EVERY_S = 900;

type Done<T> = (error: unknown, value?: T | null) => void;

const PgStore = connectPgSimple(session);

/** Keeps sessions under a hash of their id: who reads the table cannot ride on any. */
class HashedStore extends PgStore {
  override get(sid: string, done: Done<SessionData>): void {
    super.get(hashed(sid), done);
  }
  override set(sid: string, data: SessionData, done?: (error?: unknown) => void): void {
    super.set(hashed(sid), data, done);
  }
  override destroy(sid: string, done?: (error?: unknown) => void): void {
    super.destroy(hashed(sid), done);
  }
  override touch(sid: string, data: SessionData, done?: () => void): void {
    super.touch(hashed(sid), data, done);
  }
}

function hashed(sid: string): string {
  return createHash('sha256').update(sid).digest('base64url');
}

/** Sessions of browsers, with what ends them. */
export interface Sessions {
  readonly middleware: RequestHandler;
  close(): Promise<void>;
}

/** Sessions in Postgres; the cookie is HttpOnly, SameSite=Lax, and Secure where we are reached by https. */
export function createSessions(config: Config): Sessions {
  const pool = new Pool({ connectionString: config.databaseUrl, max: 5, options: '-c role=doorlist_app' });
  // A connection that breaks while idle is replaced at the next use.
  pool.on('error', () => undefined);
  const store = new HashedStore({ pool, createTableIfMissing: false, pruneSessionInterval: PRUNE_EVERY_S });
  const middleware = session({
    store,
    secret: config.secret,
    name: 'doorlist',
    resave: false,
    saveUninitialized: false,
    rolling: true,
    proxy: config.trustProxy !== false,
    cookie: {
      httpOnly: true,
      sameSite: 'lax',
      secure: config.publicUrl.startsWith('https:'),
      maxAge: SESSION_MS,
    },
  });
  return {
    middleware,
    close: async () => {
      store.close();
      await pool.end();
    },
  };
}

/** The browser, as its person may know it again: as much as fits on a line. */
const AGENT_CHARS = 200;

/**
 * Signs a person in under a new session id, so that one known from before opens nothing (session fixation).
 * @param ssoTeamId the team whose issuer vouched for the person, null for a mailed link
 */
export function signIn(request: Request, userId: string, ssoTeamId: string | null): Promise<void> {
  return new Promise((resolve, reject) => {
    request.session.regenerate((error: unknown) => {
      if (error != null) {
        reject(error instanceof Error ? error : new Error('the session could not be renewed'));
        return;
      }
      Object.assign(request.session, {
        ...{ handle: uuid(), userId, signedInAt: new Date().toISOString() },
        agent: (request.get('user-agent') ?? '').slice(0, AGENT_CHARS),
        ...(ssoTeamId === null ? {} : { ssoTeamId }),
      });
      request.session.save((failed: unknown) => {
        if (failed != null)
          reject(failed instanceof Error ? failed : new Error('the session could not be kept'));
        else resolve();
      });
    });
  });
}

/** Writes the session now: a browser follows a redirect before the answer's end, at which it would be written. */
export function keepSession(request: Request): Promise<void> {
  return new Promise((resolve, reject) => {
    request.session.save((failed: unknown) => {
      if (failed == null) resolve();
      else reject(failed instanceof Error ? failed : new Error('the session could not be kept'));
    });
  });
}

/** Ends the session. */
export function signOut(request: Request, response: Response): Promise<void> {
  return new Promise((resolve) => {
    request.session.destroy(() => {
      response.clearCookie('doorlist');
      resolve();
    });
  });
}

const csrf = csrfSync({
  getTokenFromRequest: (request) => {
    const field = (request.body as { _csrf?: unknown } | undefined)?._csrf;
    return request.get('x-csrf-token') ?? (typeof field === 'string' ? field : undefined);
  },
});

/** Keeps the session of somebody who is not signed in for no longer than a visit. */
export function visit(request: Request): void {
  if (sessionUserOf(request) === null) request.session.cookie.maxAge = VISITOR_MS;
}

/** The token that every write of this browser carries: header `x-csrf-token` or form field `_csrf`. */
export function csrfToken(request: Request): string {
  visit(request);
  return csrf.generateToken(request);
}

/** Whether a write that came with a session carries its token. */
export function hasCsrfToken(request: Request): boolean {
  return csrf.isRequestValid(request);
}
