import { v7 as uuid } from 'uuid';
import type { Tx } from '../../store/database';
import { User } from '../../store/models';
import { outsideTeams } from '../../store/outside-teams';
import { ensurePersonalWorkspace } from './personal-workspace';

/** An account to make sure of. */
export interface Account {
  /** The id of the account if it has to be made. */
  readonly id: string;
  /** Lower-case. */
  readonly email: string;
  readonly name: string;
  readonly asOf: Date;
}

/**
 * The account of an e-mail address, made with its personal workspace outside teams when there is none (TEAM-1, WORK-1).
 * Two at once get the same one.
 */
export async function openAccount(tx: Tx, account: Account): Promise<User> {
  const { id, email, name, asOf } = account;
  const known = await User.query(tx).findOne({ email });
  if (known !== undefined) return known;
  await User.query(tx).insert({ id, email, name, createdAt: asOf }).onConflict('email').ignore();
  const user = await User.query(tx).findOne({ email }).throwIfNotFound();
  if (user.id === id) {
    await outsideTeams(tx, () => ensurePersonalWorkspace(tx, { id: uuid(), userId: id, teamId: null, asOf }));
  }
  return user;
}
