import { z } from 'zod';
import type { WorkspaceRole } from '../../domain/roles';
import type { Workspace } from '../../store/models';
import { id, instant, text, visibility, workspaceRole } from './shapes';

/** What a person writes about a workspace. */
export const description = text(2_000);

/** A workspace as somebody sees it; `myRole` is null for who sees it only because it is public. */
export const workspace = z
  .strictObject({
    id,
    teamId: id.nullable(),
    name: z.string(),
    description: z.string().nullable(),
    visibility,
    myRole: workspaceRole.nullable(),
    createdAt: instant,
  })
  .meta({ id: 'Workspace' });

/** A workspace's row with the caller's role. */
export function workspaceView(row: Workspace, myRole: WorkspaceRole | null): z.input<typeof workspace> {
  const { teamId, name, description: about, visibility: seenBy, createdAt } = row;
  return {
    ...{ id: row.id, teamId, name, description: about, visibility: seenBy, myRole },
    createdAt: createdAt.toISOString(),
  };
}
