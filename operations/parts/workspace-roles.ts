import { v7 as uuid } from 'uuid';
import type { WorkspaceRole } from '../../domain/roles';
import type { Tx } from '../../store/database';
import { WorkspaceRoleRow, type Workspace } from '../../store/models';

/**
 * Gives a person a role by name in a team's workspace, over the one they had.
 * @throws {RangeError} for a workspace outside teams, which has no roles by name
 */
export async function giveWorkspaceRole(
  tx: Tx,
  workspace: Workspace,
  given: { readonly userId: string; readonly role: WorkspaceRole; readonly asOf: Date },
): Promise<void> {
  const { teamId } = workspace;
  if (teamId === null) throw new RangeError('a workspace outside teams has no roles by name');
  const { userId, role, asOf } = given;
  await WorkspaceRoleRow.query(tx)
    .insert({ id: uuid(), workspaceId: workspace.id, teamId, userId, role, createdAt: asOf })
    .onConflict(['workspace_id', 'user_id'])
    .merge(['role']);
}
