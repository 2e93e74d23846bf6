import { timingSafeEqual } from 'node:crypto';
import type { Request } from 'express';
import type { Actor } from '../../domain/actor';
import { Refusal } from '../../domain/refusal';
import { tokenHash } from '../../operations/parts/token-secret';
import { Token } from '../../store/models';
import type { ApiDeps } from '../deps';
import { sessionUserOf } from './session';

/** Who calls. `key` names the caller for rate limits and Idempotency-Keys. */
export type Caller =
  | { readonly type: 'person'; readonly userId: string; readonly key: string; readonly bySession: boolean }
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
  const token = /^Bearer ([^\s]+)$/i.exec(header)?.[1];
  if (token === undefined) throw unauthorized();
  if (isOperatorToken(deps, token)) return { type: 'operator', key: 'operator' };
  return byToken(deps, token);
}

/** The actor that operations are told. @throws {Refusal} `unauthorized` for a caller who did not sign in */
export function actorOf(caller: Caller): Actor {
  switch (caller.type) {
    case 'person':
      return { type: 'person', userId: caller.userId };
    case 'service':
      return { type: 'service', tokenId: caller.tokenId, teamId: caller.teamId };
    case 'operator':
      return { type: 'operator' };
    case 'anonymous':
      throw unauthorized();
  }
}

/** The refusal for somebody who did not say who they are. */
export function unauthorized(): Refusal {
  return new Refusal('unauthorized', 'Sign in, or send a valid token.');
}

function bySession(request: Request): Caller {
  const userId = sessionUserOf(request);
  if (userId === null) return { type: 'anonymous', key: `address:${request.ip ?? 'unknown'}` };
  return { type: 'person', userId, key: `user:${userId}`, bySession: true };
}

function isOperatorToken({ config }: ApiDeps, token: string): boolean {
  if (config.operatorToken === null) return false;
  // Digests of equal length: the comparison takes as long for a wrong token as for the right one.
  return timingSafeEqual(tokenHash(token), tokenHash(config.operatorToken));
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
