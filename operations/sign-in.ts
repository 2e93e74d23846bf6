import { randomBytes } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { Refusal } from '../domain/refusal';
import type { Store } from '../store/database';
import { LoginLink, User } from '../store/models';
import { openAccount } from './parts/open-account';
import { tieIdentity, type IssuerSubject } from './parts/tie-identity';
import { tokenHash } from './parts/token-secret';

/** A sign-in link works this long. */
export const LOGIN_LINK_MINUTES = 15;

/** A link's address, whom it signs in, and where it leads. */
export interface LinkState {
  readonly email: string;
  readonly returnTo: string | null;
  /** The subject of a team's issuer that the link proves the address for: it then signs in to that team alone (TEAM-7). */
  readonly tie: IssuerSubject | null;
}

/** Makes a single-use sign-in link; its token is stored as a hash. @returns the token */
export async function makeLoginLink(
  store: Store,
  { email, returnTo, tie = null }: Omit<LinkState, 'tie'> & Partial<LinkState>,
): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  const now = store.clock.now();
  await LoginLink.query(store.knex).insert({
    hash: tokenHash(token),
    ...{ email, returnTo, ...tie },
    createdAt: now,
    expiresAt: new Date(now.getTime() + LOGIN_LINK_MINUTES * 60_000),
  });
  return token;
}

/** What a link would do. Looking uses nothing up: mail scanners open links. @throws {Refusal} `expired` when it is used, over or none */
export async function lookAtLoginLink(store: Store, token: string): Promise<LinkState> {
  const link = await LoginLink.query(store.knex).findById(tokenHash(token));
  if (link === undefined || link.usedAt !== null || link.expiresAt <= store.clock.now()) throw over();
  return stateOf(link);
}

/**
 * Uses a link: of two at once one signs in. The account is made the first time (TEAM-1); a subject of a team's issuer that
 * the link was made for is tied to it (TEAM-7).
 * @throws {Refusal} `expired`
 */
export async function useLoginLink(
  store: Store,
  token: string,
  requestId: string,
): Promise<LinkState & { readonly userId: string }> {
  const asOf = store.clock.now();
  const { tie } = await lookAtLoginLink(store, token);
  return store.inTeam(tie?.teamId ?? null, async (tx) => {
    const [link] = await LoginLink.query(tx)
      .where({ hash: tokenHash(token) })
      .whereNull('usedAt')
      .where('expiresAt', '>', asOf)
      .patch({ usedAt: asOf })
      .returning('*');
    if (link === undefined) throw over();
    const state = stateOf(link);
    const { email } = state;
    const name = email.split('@')[0] ?? email;
    const user = await openAccount(tx, { id: uuid(), email, name, asOf });
    await User.query(tx).findById(user.id).whereNull('emailVerifiedAt').patch({ emailVerifiedAt: asOf });
    if (tie !== null) await tieIdentity(tx, tie, { userId: user.id, requestId, asOf });
    return { ...state, userId: user.id };
  });
}

function stateOf({ email, returnTo, teamId, issuer, subject }: LoginLink): LinkState {
  const isTie = teamId !== null && issuer !== null && subject !== null;
  return { email, returnTo, tie: isTie ? { teamId, issuer, subject } : null };
}

function over(): Refusal {
  return new Refusal('expired', 'This link was used, or its time is over. Ask for a new one.');
}
