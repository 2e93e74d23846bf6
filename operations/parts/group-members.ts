import { Refusal } from '../../domain/refusal';
import type { Tx } from '../../store/database';
import { type Group, GroupMember, Member } from '../../store/models';
import { orTaken } from './unique';

/** A group with the ids of its members. */
export interface GroupWithMembers {
  readonly group: Group;
  readonly memberIds: readonly string[];
}

/**
 * Makes these people, and no others, the group's members (TEAM-5).
 * @throws {Refusal} `invalid_request` naming each id that is no member of the team, or a guest
 */
export async function setGroupMembers(tx: Tx, group: Group, memberIds: readonly string[]): Promise<void> {
  const { id: groupId, teamId } = group;
  const wanted = [...new Set(memberIds)];
  // Locked, so that nobody leaves the team between the check and the insert.
  const members = await Member.query(tx)
    .where({ teamId })
    .whereIn('userId', wanted)
    .orderBy('userId')
    .forShare();
  const fit = new Set(members.filter(({ roles }) => !roles.includes('guest')).map(({ userId }) => userId));
  const errors = memberIds.flatMap((id, index) =>
    fit.has(id)
      ? []
      : [{ path: `memberIds.${index}`, message: 'is no member of the team other than a guest' }],
  );
  if (errors.length > 0) {
    throw new Refusal('invalid_request', 'A group takes members of its team, no guests.', { errors });
  }
  await GroupMember.query(tx).where({ groupId }).whereNotIn('userId', wanted).delete();
  if (wanted.length === 0) return;
  await GroupMember.query(tx)
    .insert(wanted.map((userId) => ({ groupId, teamId, userId })))
    .onConflict(['group_id', 'user_id'])
    .ignore();
}

/** The ids of a group's members, in their order. */
export async function groupMemberIds(tx: Tx, groupId: string): Promise<string[]> {
  const rows = await GroupMember.query(tx).where({ groupId }).orderBy('userId').select('userId');
  return rows.map((row) => row.userId);
}

/**
 * Runs work that names a group.
 * @throws {Refusal} `already_exists` when another group of the team has the name
 */
export function orGroupTaken<T>(work: () => PromiseLike<T>): Promise<T> {
  return orTaken('groups_by_name', 'Another group of the team has this name.', work);
}
