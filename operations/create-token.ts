import type { Cause } from '../domain/actor';
import { appendAudit } from '../store/audit';
import type { Store, Tx } from '../store/database';
import { Token, User } from '../store/models';
import { forbidden, notFound, requireTeamAdmin } from './parts/caller-rights';
import { makeToken } from './parts/token-secret';

/** A token to make; `expiresInMs` null: it does not end by itself. */
export interface NewToken {
  readonly id: string;
  readonly name: string;
  readonly expiresInMs: number | null;
}

/** A token that was made. `secret` is null when the same call made it before: it is shown once. */
export interface MadeToken {
  readonly token: Token;
  readonly secret: string | null;
}

/**
 * Makes a token that acts as one person.
 * @throws {Refusal} `forbidden` to all but the operator and that person, and to that person in a session of a team's issuer (TEAM-7); `not_found` when there is no such account
 */
export async function createUserToken(
  store: Store,
  cause: Cause,
  input: NewToken & { readonly userId: string },
): Promise<MadeToken> {
  const { actor } = cause;
  const isSelf = actor.type === 'person' && actor.userId === input.userId;
  if (!isSelf && actor.type !== 'operator') {
    throw forbidden('Only that person or the operator could make a token for a person.');
  }
  if (actor.type === 'person' && actor.ssoTeamId !== undefined) {
    // The token would open what the session does not.
    throw forbidden(
      'A session of a team’s single sign-on opens that team only. Sign in by e-mail to make a token.',
    );
  }
  return store.inTeam(null, async (tx) => {
    if ((await User.query(tx).findById(input.userId)) === undefined) throw notFound('user');
    return make(tx, cause, input, { kind: 'user', userId: input.userId });
  });
}

/**
 * Makes a token that acts for a team: it may read and start requests, never decide.
 * @throws {Refusal} `not_found`, `forbidden` to all but the operator and Team Admins
 */
export async function createServiceToken(
  store: Store,
  cause: Cause,
  input: NewToken & { readonly teamId: string },
): Promise<MadeToken> {
  const { teamId } = input;
  return store.inTeam(teamId, async (tx) => {
    await requireTeamAdmin(tx, teamId, cause.actor);
    const made = await make(tx, cause, input, { kind: 'service', teamId });
    if (made.secret === null) return made;
    await appendAudit(tx, teamId, cause, [
      {
        action: 'service_token.created',
        target: { type: 'token', id: made.token.id },
        after: { name: made.token.name, expiresAt: made.token.expiresAt?.toISOString() ?? null },
      },
    ]);
    return made;
  });
}

async function make(
  tx: Tx,
  cause: Cause,
  input: NewToken,
  owner: { kind: 'user'; userId: string } | { kind: 'service'; teamId: string },
): Promise<MadeToken> {
  const { id, name, expiresInMs } = input;
  const there = await Token.query(tx).findById(id);
  if (there !== undefined) return { token: there, secret: null };
  const { secret, hash } = makeToken(owner.kind);
  const expiresAt = expiresInMs === null ? null : new Date(cause.asOf.getTime() + expiresInMs);
  const token = await Token.query(tx)
    .insert({ id, name, hash, ...owner, createdAt: cause.asOf, expiresAt })
    .returning('*');
  return { token, secret };
}
