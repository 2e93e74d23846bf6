import type { Cause } from '../domain/actor';
import { appendAudit } from '../store/audit';
import type { Store, Tx } from '../store/database';
import { Group } from '../store/models';
import { lockTeam } from '../store/queries/seats';
import { notFound, requireRight } from './parts/caller-rights';
import { settleFulfilled } from './parts/fulfilled-requests';
import { groupMemberIds, orGroupTaken, setGroupMembers, type GroupWithMembers } from './parts/group-members';

/** A group in its team. */
export interface GroupPlace {
  readonly groupId: string;
  readonly teamId: string;
}

/** A group as it is now, and requests whose runs hear of it after the commit: what was asked for came with it. */
export interface UpdatedGroup extends GroupWithMembers {
  readonly changedApprovals: readonly string[];
}

/**
 * Renames a group or sets its members; access through it follows at once (TEAM-5), and requests for what it brings are thereby
 * approved (GUEST-6).
 * @throws {Refusal} `not_found`, `forbidden`, `already_exists` for the name, `invalid_request` for who is no member
 */
export async function updateGroup(
  store: Store,
  cause: Cause,
  input: GroupPlace & { readonly name?: string; readonly memberIds?: readonly string[] },
): Promise<UpdatedGroup> {
  const { groupId, teamId, name, memberIds } = input;
  return store.inTeam(teamId, async (tx) => {
    const group = await lockGroup(tx, cause, input);
    const before = { name: group.name, memberIds: await groupMemberIds(tx, groupId) };
    if (name !== undefined) await orGroupTaken(() => Group.query(tx).findById(groupId).patch({ name }));
    if (memberIds !== undefined) await setGroupMembers(tx, group, memberIds);
    const after = { name: name ?? group.name, memberIds: await groupMemberIds(tx, groupId) };
    const fulfilled = await settleFulfilled(tx, cause, teamId, after.memberIds);
    await appendAudit(tx, teamId, cause, [
      { action: 'group.updated', target: { type: 'group', id: groupId }, before, after },
      ...fulfilled.audit,
    ]);
    return {
      ...{ group: await group.$query(tx), memberIds: after.memberIds },
      changedApprovals: fulfilled.changed,
    };
  });
}

/**
 * Deletes a group; the roles that it held go with it (TEAM-5).
 * @throws {Refusal} `not_found`, `forbidden`
 */
export async function deleteGroup(store: Store, cause: Cause, input: GroupPlace): Promise<void> {
  const { groupId, teamId } = input;
  await store.inTeam(teamId, async (tx) => {
    const group = await lockGroup(tx, cause, input);
    const before = { name: group.name, memberIds: await groupMemberIds(tx, groupId) };
    await group.$query(tx).delete();
    await appendAudit(tx, teamId, cause, [
      { action: 'group.deleted', target: { type: 'group', id: groupId }, before },
    ]);
  });
}

async function lockGroup(tx: Tx, cause: Cause, { groupId, teamId }: GroupPlace): Promise<Group> {
  await requireRight(tx, teamId, cause.actor, 'administer', 'group');
  await lockTeam(tx, teamId);
  const group = await Group.query(tx).findById(groupId).forNoKeyUpdate();
  if (group === undefined) throw notFound('group');
  return group;
}
