import { editorCapacities, type ElementCapacity } from '../../domain/quorum';
import type { TeamRole } from '../../domain/roles';
import type { Tx } from '../database';
import { Team } from '../models';

// Editor by name or through the workspace, own and through groups (WORK-2).
const EDITORS = `
  with by_name as (
    select r.element_id, r.user_id, r.group_id from element_roles r
     where r.element_id = any (:elementIds::uuid[]) and r.role = 'editor'
    union
    select e.id, w.user_id, w.group_id from elements e join workspace_roles w on w.workspace_id = e.workspace_id
     where e.id = any (:elementIds::uuid[]) and w.role in ('admin', 'editor')
  )
  select element_id, user_id from by_name where user_id is not null
  union
  select b.element_id, m.user_id from by_name b join group_members m on m.group_id = b.group_id`;

/** Ids of the elements that `:userId` edits, as a subquery. */
export const EDITED_BY = `
  select r.element_id from element_roles r where r.role = 'editor' and
    (r.user_id = :userId or r.group_id in (select group_id from group_members where user_id = :userId))
  union
  select e.id from elements e join workspace_roles w on w.workspace_id = e.workspace_id
   where w.role in ('admin', 'editor') and
    (w.user_id = :userId or w.group_id in (select group_id from group_members where user_id = :userId))`;

/** Who edits which of some elements. */
export interface Editors {
  /** All of them, each once. */
  readonly userIds: readonly string[];
  /** What somebody with these team roles is to an element of the team. */
  of(
    on: { readonly teamId: string; readonly elementId: string },
    userId: string,
    teamRoles: readonly TeamRole[],
  ): readonly ElementCapacity[];
}

/** The Editors of some elements, with as many queries as of one; without elements it asks nothing. */
export async function editorsOf(
  tx: Tx,
  elements: readonly { readonly teamId: string; readonly elementId: string }[],
): Promise<Editors> {
  if (elements.length === 0) return { userIds: [], of: () => [] };
  const elementIds = [...new Set(elements.map(({ elementId }) => elementId))];
  const { rows } = await tx.raw<{ rows: { element_id: string; user_id: string }[] }>(EDITORS, { elementIds });
  const edits = new Set(rows.map((row) => `${row.element_id}:${row.user_id}`));
  const teams = await Team.query(tx).findByIds([...new Set(elements.map(({ teamId }) => teamId))]);
  return {
    userIds: [...new Set(rows.map((row) => row.user_id))],
    of: ({ teamId, elementId }, userId, teamRoles) => {
      const team = teams.find(({ id }) => id === teamId);
      if (team === undefined || !edits.has(`${elementId}:${userId}`)) return [];
      return editorCapacities(team.plan, teamRoles);
    },
  };
}
