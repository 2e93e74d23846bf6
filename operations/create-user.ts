import type { Cause } from '../domain/actor';
import { Refusal } from '../domain/refusal';
import type { Store } from '../store/database';
import type { User } from '../store/models';
import { requireOperator } from './parts/caller-rights';
import { openAccount } from './parts/open-account';

/** An account to make; `email` in lower case. */
export interface NewUser {
  readonly id: string;
  readonly email: string;
  readonly name: string;
}

/**
 * Makes an account without a team: an external person, with a personal workspace (TEAM-1, WORK-1).
 * @throws {Refusal} `forbidden` to all but the operator; `already_exists` with the `userId` of the address's account
 */
export async function createUser(store: Store, cause: Cause, input: NewUser): Promise<User> {
  requireOperator(cause.actor);
  return store.inTeam(null, async (tx) => {
    const user = await openAccount(tx, { ...input, asOf: cause.asOf });
    if (user.id === input.id) return user;
    throw new Refusal('already_exists', 'This address has an account.', { members: { userId: user.id } });
  });
}
