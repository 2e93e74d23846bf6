import type { Cause } from '../domain/actor';
import { appendAudit } from '../store/audit';
import type { Store } from '../store/database';
import { Group } from '../store/models';
import { requireTeamAdmin } from './parts/caller-rights';
import { groupMemberIds, orGroupTaken, setGroupMembers, type GroupWithMembers } from './parts/group-members';

/** A group to make. */
export interface NewGroup {
  readonly id: string;
  readonly teamId: string;
  readonly name: string;
  readonly memberIds: readonly string[];
}

/**
 * Makes a group of members (TEAM-5). The same id again gives the group that is there.
 * @throws {Refusal} `not_found`, `forbidden`, `already_exists` for the name, `invalid_request` for who is no member
 */
export async function createGroup(store: Store, cause: Cause, input: NewGroup): Promise<GroupWithMembers> {
  const { id, teamId, name } = input;
  return store.inTeam(teamId, async (tx) => {
    await requireTeamAdmin(tx, teamId, cause.actor);
    const made = await Group.query(tx).findById(id);
    if (made !== undefined) return { group: made, memberIds: await groupMemberIds(tx, id) };
    const group = await orGroupTaken(() =>
      Group.query(tx).insert({ id, teamId, name, createdAt: cause.asOf }).returning('*'),
    );
    await setGroupMembers(tx, group, input.memberIds);
    const memberIds = await groupMemberIds(tx, id);
    await appendAudit(tx, teamId, cause, [
      { action: 'group.created', target: { type: 'group', id }, after: { name, memberIds } },
    ]);
    return { group, memberIds };
  });
}
