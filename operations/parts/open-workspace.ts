import { v7 as uuid } from 'uuid';
import type { Cause } from '../../domain/actor';
import { Refusal } from '../../domain/refusal';
import type { Visibility } from '../../domain/roles';
import type { AuditEntry } from '../../store/audit';
import type { Tx } from '../../store/database';
import { Workspace } from '../../store/models';
import { ensurePersonalWorkspace } from './personal-workspace';
import { giveWorkspaceRole } from './workspace-roles';

/**
 * Changes who sees a workspace (WORK-1); the caller checked that the actor may. A personal workspace that opens up
 * belongs to the team from then on, with its owner as Admin, and the owner gets a new personal one.
 * @param workspace its row, locked
 * @returns the lines for the audit log
 * @throws {Refusal} `conflict` for an account's own workspace, which no team could see
 */
export async function changeWorkspaceVisibility(
  tx: Tx,
  cause: Cause,
  workspace: Workspace,
  visibility: Exclude<Visibility, 'personal'>,
): Promise<AuditEntry[]> {
  const { id, teamId, ownerId } = workspace;
  if (teamId === null) {
    throw new Refusal('conflict', 'This workspace belongs to no team: it stays personal.');
  }
  await Workspace.query(tx).findById(id).patch({ visibility, ownerId: null });
  if (ownerId !== null) {
    await giveWorkspaceRole(tx, workspace, { userId: ownerId, role: 'admin', asOf: cause.asOf });
    await ensurePersonalWorkspace(tx, { id: uuid(), userId: ownerId, teamId, asOf: cause.asOf });
  }
  return [
    {
      action: 'workspace.visibility_updated',
      target: { type: 'workspace', id },
      before: { visibility: workspace.visibility },
      after: { visibility },
    },
  ];
}
