import { v7 as uuid } from 'uuid';
import { elementRoleCovers, type ShareRole } from '../../domain/roles';
import type { AuditEntry } from '../../store/audit';
import type { Tx } from '../../store/database';
import { ElementRoleRow, WorkspaceRoleRow } from '../../store/models';
import { workspaceRoleOf, type Placed } from '../../store/queries/access';

/** A person or a group. */
export type Principal = { readonly userId: string } | { readonly groupId: string };

/** What a grant changed: null when the principal held as much by name already, else the lines for the audit log. */
export type Granted = readonly AuditEntry[] | null;

/**
 * Gives a role on an element by name, never a downgrade (SHARE-2). In a private workspace whoever has no access there
 * becomes its Viewer (SHARE-5).
 * @param causedBy what the audit log names as the cause, such as the share's id
 */
export async function grantAccess(
  tx: Tx,
  placed: Placed,
  principal: Principal,
  role: ShareRole,
  given: { readonly asOf: Date; readonly causedBy: string },
): Promise<Granted> {
  const { element, workspace } = placed;
  const teamId = element.teamId;
  if (teamId === null) throw new RangeError('an element outside teams has no roles by name');
  const before = await ElementRoleRow.query(tx).findOne({ elementId: element.id, ...principal });
  if (before !== undefined && elementRoleCovers(before.role, role)) return null;
  await ElementRoleRow.query(tx)
    .insert({ id: uuid(), elementId: element.id, teamId, ...principal, role, createdAt: given.asOf })
    .onConflict(['element_id', 'userId' in principal ? 'user_id' : 'group_id'])
    .merge(['role']);
  const entry: AuditEntry = {
    action: 'element.role_updated',
    target: { type: element.type, id: element.id },
    before: before === undefined ? null : { ...principal, role: before.role },
    after: { ...principal, role, causedBy: given.causedBy },
  };
  if (workspace.visibility !== 'private') return [entry];
  const opened = await openPrivateWorkspace(tx, placed, teamId, principal, given);
  return opened === null ? [entry] : [entry, opened];
}

async function openPrivateWorkspace(
  tx: Tx,
  { workspace }: Placed,
  teamId: string,
  principal: Principal,
  given: { readonly asOf: Date; readonly causedBy: string },
): Promise<AuditEntry | null> {
  const held =
    'userId' in principal
      ? await workspaceRoleOf(tx, workspace, principal.userId)
      : await WorkspaceRoleRow.query(tx).findOne({ workspaceId: workspace.id, ...principal });
  if (held !== null && held !== undefined) return null;
  await WorkspaceRoleRow.query(tx).insert({
    id: uuid(),
    workspaceId: workspace.id,
    teamId,
    ...principal,
    role: 'viewer',
    createdAt: given.asOf,
  });
  return {
    action: 'workspace.role_updated',
    target: { type: 'workspace', id: workspace.id },
    before: null,
    after: { ...principal, role: 'viewer', causedBy: given.causedBy },
  };
}
