import type { AssignableTeamRole, ShareRole } from '../../domain/roles';
import type { Tx } from '../../store/database';
import { Group, Member, User } from '../../store/models';

/** Whom a share names: one of e-mail, account, group or exact name, and what they shall get. */
export interface ShareTo {
  readonly email?: string;
  readonly userId?: string;
  readonly groupId?: string;
  readonly name?: string;
  readonly role?: ShareRole;
  readonly teamRole?: AssignableTeamRole;
}

/** Who that is: somebody of the team, one of its groups, an external person, or nobody that it could be. */
export type Recipient =
  | { readonly kind: 'member'; readonly userId: string }
  | { readonly kind: 'group'; readonly groupId: string }
  | { readonly kind: 'external'; readonly email: string; readonly userId: string | null }
  | { readonly kind: 'nobody'; readonly code: 'unknown_person' | 'unknown_group' | 'ambiguous_name' };

/** Finds whom a share names (SHARE-1). A guest counts as external; a name is exact and of one person or group. */
export async function resolveRecipient(tx: Tx, teamId: string, to: ShareTo): Promise<Recipient> {
  if (to.email !== undefined) return byEmail(tx, teamId, to.email.toLowerCase());
  if (to.userId !== undefined) return byAccount(tx, teamId, to.userId);
  if (to.groupId !== undefined) {
    const group = await Group.query(tx).findOne({ id: to.groupId, teamId });
    return group === undefined
      ? { kind: 'nobody', code: 'unknown_group' }
      : { kind: 'group', groupId: group.id };
  }
  return byName(tx, teamId, to.name ?? '');
}

async function byEmail(tx: Tx, teamId: string, email: string): Promise<Recipient> {
  const user = await User.query(tx).findOne({ email });
  if (user === undefined) return { kind: 'external', email, userId: null };
  const member = await Member.query(tx).findById([teamId, user.id]);
  if (member === undefined || member.roles.includes('guest'))
    return { kind: 'external', email, userId: user.id };
  return { kind: 'member', userId: user.id };
}

async function byAccount(tx: Tx, teamId: string, userId: string): Promise<Recipient> {
  const member = await Member.query(tx).findById([teamId, userId]);
  if (member === undefined) return { kind: 'nobody', code: 'unknown_person' };
  if (!member.roles.includes('guest')) return { kind: 'member', userId };
  const { email } = await User.query(tx).findById(userId).throwIfNotFound();
  return { kind: 'external', email, userId };
}

async function byName(tx: Tx, teamId: string, name: string): Promise<Recipient> {
  const people = await User.query(tx)
    .whereIn('id', Member.query(tx).where({ teamId }).select('userId'))
    .where({ name })
    .limit(2);
  const groups = await Group.query(tx).where({ teamId, name }).limit(2);
  if (people.length + groups.length > 1) return { kind: 'nobody', code: 'ambiguous_name' };
  const [person] = people;
  if (person !== undefined) return byAccount(tx, teamId, person.id);
  const [group] = groups;
  return group === undefined
    ? { kind: 'nobody', code: 'unknown_person' }
    : { kind: 'group', groupId: group.id };
}
