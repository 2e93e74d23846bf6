import type { Tx } from '../database';
import { Invitation } from '../models';

/** States in which an invitation is open: its link works, or will (INVITE-11). */
export const OPEN_INVITATION_STATES = ['sending', 'waiting_for_seat', 'sent', 'failed'] as const;

/** The open invitation of a person in a team, which further grants ride on, or null (INVITE-10). Locked. */
export async function openInvitation(tx: Tx, teamId: string, email: string): Promise<Invitation | null> {
  const open = await Invitation.query(tx)
    .findOne({ teamId, email, carriedBy: null })
    .whereIn('state', [...OPEN_INVITATION_STATES])
    .forNoKeyUpdate();
  return open ?? null;
}

/** An invitation's row, locked. */
export async function lockInvitation(tx: Tx, id: string): Promise<Invitation | null> {
  return (await Invitation.query(tx).findById(id).forNoKeyUpdate()) ?? null;
}
