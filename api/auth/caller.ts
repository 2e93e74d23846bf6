import type { Request } from 'express';
import { bearerToken, isSameSecret } from '../../config/bearer';
import type { Actor } from '../../domain/actor';
import { Refusal } from '../../domain/refusal';
import { tokenHash } from '../../operations/parts/token-secret';
import { Token } from '../../store/models';
import { confinedTo } from '../../store/confined';
import type { ApiDeps } from '../deps';
import { sessionOf } from './session-data';

/** Who calls. `key` names the caller for rate limits and Idempotency-Keys. */
export type Caller =
  | {
      readonly type: 'person';
      readonly userId: string;
      readonly key: string;
      readonly bySession: boolean;
      /** The team that the session is confined to, since its issuer made it (TEAM-7). */
      readonly ssoTeamId?: string;
      /** The session's name, where one calls by it. */
      readonly sessionId?: string;
    }
  | { readonly type: 'service'; readonly tokenId: string; readonly teamId: string; readonly key: string }
  | { readonly type: 'operator'; readonly key: 'operator' }
  | { readonly type: 'anonymous'; readonly key: string };

/** Kinds of caller, as routes name them. */
export type CallerKind = Caller['type'];

/**
 * Finds out who calls: by bearer token (user, service, operator), else by the browser's session.
 * @throws {Refusal} `unauthorized` for a token that is none of ours, or no longer
 */
export async function identify(deps: ApiDeps, request: Request): Promise<Caller> {
  const header = request.headers.authorization;
  if (header === undefined) return bySession(request);
  const token = bearerToken(header);
  if (token === null) throw unauthorized();
  if (isOperatorToken(deps, token)) return { type: 'operator', key: 'operator' };
  return byToken(deps, token);
}

/** The actor that operations are told. @throws {Refusal} `unauthorized` for a caller who did not sign in */
export function actorOf(caller: Caller): Actor {
  switch (caller.type) {
    case 'person':
      return personActor(caller.userId, caller.ssoTeamId);
    case 'service':
      return { type: 'service', tokenId: caller.tokenId, teamId: caller.teamId };
    case 'operator':
      return { type: 'operator' };
    case 'anonymous':
      throw unauthorized();
  }
}

/** A person as operations are told of them. */
export function personActor(userId: string, ssoTeamId: string | undefined): Actor {
  return { type: 'person', userId, ...(ssoTeamId === undefined ? {} : { ssoTeamId }) };
}

/** What a call works with: for a session that a team's issuer made, a database of that team alone (TEAM-7). */
export function depsFor<T extends Pick<ApiDeps, 'store'>>(deps: T, ssoTeamId: string | undefined): T {
  return ssoTeamId === undefined ? deps : { ...deps, store: confinedTo(deps.store, ssoTeamId) };
}

/** The refusal for somebody who did not say who they are. */
export function unauthorized(): Refusal {
  return new Refusal('unauthorized', 'Sign in, or send a valid token.');
}

function bySession(request: Request): Caller {
  const { userId, ssoTeamId, handle: sessionId } = sessionOf(request);
  if (userId === undefined) return { type: 'anonymous', key: `address:${request.ip ?? 'unknown'}` };
  const named = sessionId === undefined ? {} : { sessionId };
  if (ssoTeamId === undefined) {
    return { type: 'person', userId, key: `user:${userId}`, bySession: true, ...named };
  }
  const key = `user:${userId}:${ssoTeamId}`;
  return { type: 'person', userId, key, bySession: true, ssoTeamId, ...named };
}

function isOperatorToken({ config }: ApiDeps, token: string): boolean {
  return config.operatorToken !== null && isSameSecret(token, config.operatorToken);
}

async function byToken({ store }: ApiDeps, secret: string): Promise<Caller> {
  const token = await Token.query(store.knex).findOne({ hash: tokenHash(secret) });
  const isOver = token?.expiresAt != null && token.expiresAt <= store.clock.now();
  if (token === undefined || token.revokedAt !== null || isOver) throw unauthorized();
  const key = `token:${token.id}`;
  if (token.userId !== null) return { type: 'person', userId: token.userId, key, bySession: false };
  if (token.teamId !== null) return { type: 'service', tokenId: token.id, teamId: token.teamId, key };
  throw unauthorized();
}
