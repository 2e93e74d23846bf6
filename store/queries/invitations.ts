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

/** Ids of what rides on an invitation: a ride that was taken back by itself is over (INVITE-10). */
export async function ridersOf(tx: Tx, carrierId: string): Promise<readonly string[]> {
  const riders = await Invitation.query(tx)
    .where({ carriedBy: carrierId })
    .whereIn('state', [...OPEN_INVITATION_STATES])
    .select('id');
  return riders.map(({ id }) => id);
}

/** The invitation whose link works for this one, locked: itself, or while it rides on another, that one (INVITE-10). */
export async function lockCarrier(tx: Tx, id: string): Promise<Invitation | null> {
  // Looked at unlocked, since carriers are locked before what rides on them; what it rides on never changes.
  const invitation = await Invitation.query(tx).findById(id);
  const rides = OPEN_INVITATION_STATES.some((state) => state === invitation?.state);
  return lockInvitation(tx, rides ? (invitation?.carriedBy ?? id) : id);
}

/** An invitation's row, locked. */
export async function lockInvitation(tx: Tx, id: string): Promise<Invitation | null> {
  return (await Invitation.query(tx).findById(id).forNoKeyUpdate()) ?? null;
}
