import type { Tx } from '../../store/database';
import { Workspace } from '../../store/models';

/** Whose personal workspace, and where. */
export interface PersonalPlace {
  /** The id of the workspace if one has to be made. */
  readonly id: string;
  readonly userId: string;
  /** Null: the account's own, outside teams. */
  readonly teamId: string | null;
  readonly asOf: Date;
}

/**
 * A person's personal workspace in a team, or outside teams, made when there is none (WORK-1). One from an earlier
 * membership is theirs again. Call it with the account or the team's row locked or just made.
 */
export async function ensurePersonalWorkspace(tx: Tx, place: PersonalPlace): Promise<Workspace> {
  const there = await Workspace.query(tx)
    .where({ ownerId: place.userId, visibility: 'personal', teamId: place.teamId })
    .whereNull('deletedAt')
    .orderBy('id')
    .first();
  if (there !== undefined) return there;
  return Workspace.query(tx)
    .insert({
      id: place.id,
      teamId: place.teamId,
      name: 'Personal workspace',
      visibility: 'personal',
      ownerId: place.userId,
      createdBy: place.userId,
      createdAt: place.asOf,
    })
    .returning('*');
}
