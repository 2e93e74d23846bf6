import { v7 as uuid } from 'uuid';
import { mayMakeWorkspaces } from '../../domain/access';
import type { Cause } from '../../domain/actor';
import { Refusal } from '../../domain/refusal';
import type { TeamRole } from '../../domain/roles';
import { whoInTeam } from '../../domain/who-could';
import type { AuditEntry } from '../../store/audit';
import type { Tx } from '../../store/database';
import { Element, Workspace } from '../../store/models';
import type { Placed } from '../../store/queries/access';
import { forbidden, requirePerson } from './caller-rights';
import { changeWorkspaceVisibility } from './open-workspace';
import { giveWorkspaceRole } from './workspace-roles';

/** Where an element in a personal workspace goes before it is shared (SHARE-4). */
export type Placement =
  { readonly makeWorkspaceTeam: true } | { readonly newTeamWorkspace: { readonly name: string } };

/** The element where it is now, and what that changed. */
export interface PlacedForSharing {
  readonly placed: Placed;
  readonly audit: readonly AuditEntry[];
}

/**
 * Brings an element of a personal workspace into a team workspace, as the sharer chose (SHARE-4). Elsewhere it stays.
 * @throws {Refusal} `placement_required` while no choice was made; `forbidden` without a role that makes workspaces
 */
export async function placeForSharing(
  tx: Tx,
  cause: Cause,
  placed: Placed,
  teamRoles: readonly TeamRole[],
  placement: Placement | undefined,
): Promise<PlacedForSharing> {
  const { element, workspace } = placed;
  if (workspace.visibility !== 'personal') return { placed, audit: [] };
  if (placement === undefined) {
    throw new Refusal(
      'placement_required',
      'The element is in a personal workspace: make that a team workspace, or create one for the element.',
    );
  }
  if (!mayMakeWorkspaces(teamRoles)) {
    throw forbidden(whoInTeam('make_workspaces'));
  }
  if ('makeWorkspaceTeam' in placement) {
    const audit = await changeWorkspaceVisibility(tx, cause, workspace, 'team');
    return { placed: { element, workspace: await workspace.$query(tx) }, audit };
  }
  return intoNewWorkspace(tx, cause, placed, placement.newTeamWorkspace.name);
}

async function intoNewWorkspace(
  tx: Tx,
  cause: Cause,
  placed: Placed,
  name: string,
): Promise<PlacedForSharing> {
  const { element, workspace: from } = placed;
  const userId = requirePerson(cause.actor);
  const workspace = await Workspace.query(tx)
    .insert({
      id: uuid(),
      teamId: element.teamId,
      name,
      visibility: 'team',
      createdBy: userId,
      createdAt: cause.asOf,
    })
    .returning('*');
  await giveWorkspaceRole(tx, workspace, { userId, role: 'admin', asOf: cause.asOf });
  await Element.query(tx).findById(element.id).patch({ workspaceId: workspace.id });
  const audit: AuditEntry[] = [
    {
      action: 'workspace.created',
      target: { type: 'workspace', id: workspace.id },
      after: { name, visibility: 'team' },
    },
    {
      action: 'element.moved',
      target: { type: element.type, id: element.id },
      before: { workspaceId: from.id },
      after: { workspaceId: workspace.id },
    },
  ];
  return { placed: { element: await element.$query(tx), workspace }, audit };
}
