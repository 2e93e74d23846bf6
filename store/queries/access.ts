import { effectiveElementRole, effectiveWorkspaceRole, type Holdings } from '../../domain/access';
import { isInsider, type ElementRole, type TeamRole, type WorkspaceRole } from '../../domain/roles';
import type { Tx } from '../database';
import { Element, ElementRoleRow, GroupMember, Member, Workspace, WorkspaceRoleRow } from '../models';

/** An element with its workspace, both there. */
export interface Placed {
  readonly element: Element;
  readonly workspace: Workspace;
}

/** The person's roles in a team; empty when no member. */
export async function teamRolesOf(tx: Tx, teamId: string, userId: string): Promise<readonly TeamRole[]> {
  const member = await Member.query(tx).findById([teamId, userId]);
  return member?.roles ?? [];
}

/** A living element with its living workspace, or null. */
export async function findElement(tx: Tx, elementId: string): Promise<Placed | null> {
  const element = await Element.query(tx).findById(elementId).whereNull('deletedAt');
  if (element === undefined) return null;
  const workspace = await findWorkspace(tx, element.workspaceId);
  return workspace === null ? null : { element, workspace };
}

/** A living workspace, or null. */
export async function findWorkspace(tx: Tx, workspaceId: string): Promise<Workspace | null> {
  return (await Workspace.query(tx).findById(workspaceId).whereNull('deletedAt')) ?? null;
}

/** All that a person holds that bears on an element. */
export async function holdingsOn(tx: Tx, placed: Placed, userId: string): Promise<Holdings> {
  const { element, workspace } = placed;
  const held = await workspaceHoldings(tx, workspace, userId);
  const roles = await ElementRoleRow.query(tx)
    .where({ elementId: element.id })
    .where((by) => void by.where({ userId }).orWhereIn('groupId', groupsOf(tx, userId)));
  return { ...held, elementRoles: roles.map((row) => row.role) };
}

/** The person's strongest role on an element, or null (WORK-2). */
export async function elementRoleOf(tx: Tx, placed: Placed, userId: string): Promise<ElementRole | null> {
  return effectiveElementRole(await holdingsOn(tx, placed, userId));
}

/** The person's strongest role in a workspace, or null (WORK-2). */
export async function workspaceRoleOf(
  tx: Tx,
  workspace: Workspace,
  userId: string,
): Promise<WorkspaceRole | null> {
  return effectiveWorkspaceRole(await workspaceHoldings(tx, workspace, userId));
}

async function workspaceHoldings(
  tx: Tx,
  workspace: Workspace,
  userId: string,
): Promise<Omit<Holdings, 'elementRoles'>> {
  const teamRoles = workspace.teamId === null ? [] : await teamRolesOf(tx, workspace.teamId, userId);
  const roles = await WorkspaceRoleRow.query(tx)
    .where({ workspaceId: workspace.id })
    .where((by) => void by.where({ userId }).orWhereIn('groupId', groupsOf(tx, userId)));
  return {
    teamRoles,
    visibility: workspace.visibility,
    // What a former member owned in the team stays theirs in name only (TEAM-8); a guest sees one collection (GUEST-2).
    ownsWorkspace: workspace.ownerId === userId && (workspace.teamId === null || isInsider(teamRoles)),
    workspaceRoles: roles.map((row) => row.role),
  };
}

function groupsOf(tx: Tx, userId: string) {
  return GroupMember.query(tx).where({ userId }).select('groupId');
}
