import { randomBytes } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { Refusal } from '../domain/refusal';
import type { Store } from '../store/database';
import { LoginLink, User } from '../store/models';
import { openAccount } from './parts/open-account';
import { tokenHash } from './parts/token-secret';

/** A sign-in link works this long. */
export const LOGIN_LINK_MINUTES = 15;

/** A link's address, whom it signs in, and where it leads. */
export interface LinkState {
  readonly email: string;
  readonly returnTo: string | null;
}

/** Makes a single-use sign-in link; its token is stored as a hash. @returns the token */
export async function makeLoginLink(store: Store, link: LinkState): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  const now = store.clock.now();
  await LoginLink.query(store.knex).insert({
    hash: tokenHash(token),
    ...link,
    createdAt: now,
    expiresAt: new Date(now.getTime() + LOGIN_LINK_MINUTES * 60_000),
  });
  return token;
}

/** What a link would do. Looking uses nothing up: mail scanners open links. @throws {Refusal} `expired` when it is used, over or none */
export async function lookAtLoginLink(store: Store, token: string): Promise<LinkState> {
  const link = await LoginLink.query(store.knex).findById(tokenHash(token));
  if (link === undefined || link.usedAt !== null || link.expiresAt <= store.clock.now()) throw over();
  return { email: link.email, returnTo: link.returnTo };
}

/** Uses a link: of two at once one signs in. The account is made the first time (TEAM-1). @throws {Refusal} `expired` */
export async function useLoginLink(
  store: Store,
  token: string,
): Promise<LinkState & { readonly userId: string }> {
  const asOf = store.clock.now();
  return store.inTeam(null, async (tx) => {
    const [link] = await LoginLink.query(tx)
      .where({ hash: tokenHash(token) })
      .whereNull('usedAt')
      .where('expiresAt', '>', asOf)
      .patch({ usedAt: asOf })
      .returning('*');
    if (link === undefined) throw over();
    const { email, returnTo } = link;
    const name = email.split('@')[0] ?? email;
    const user = await openAccount(tx, { id: uuid(), email, name, asOf });
    await User.query(tx).findById(user.id).whereNull('emailVerifiedAt').patch({ emailVerifiedAt: asOf });
    return { email, returnTo, userId: user.id };
  });
}

function over(): Refusal {
  return new Refusal('expired', 'This link was used, or its time is over. Ask for a new one.');
}
