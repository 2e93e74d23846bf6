import type { Cause } from '../../domain/actor';
import type { AuditEntry } from '../../store/audit';
import type { Tx } from '../../store/database';
import type { Approval, Team } from '../../store/models';
import { openInvitation } from '../../store/queries/invitations';
import { hasRoom } from '../parts/join-team';
import { memberByEmail, startInvitation } from '../parts/start-invitation';

/** An external person is let in: approved, their invitation goes out (INVITE-10, INVITE-11). */
export const invite = {
  /** Whoever is invited need not be there. */
  isMoot: () => Promise.resolve(false),

  /** Who is in already, or has an invitation open, takes no further seat (INVITE-10). */
  async hasRoom(tx: Tx, team: Team, approval: Approval): Promise<boolean> {
    if (approval.teamRole === null) return true;
    if ((await memberByEmail(tx, team.id, approval.email)) !== null) return true;
    if ((await openInvitation(tx, team.id, approval.email)) !== null) return true;
    return hasRoom(tx, team, [approval.teamRole]);
  },

  async approved(tx: Tx, cause: Cause, _team: Team, approval: Approval): Promise<readonly AuditEntry[]> {
    return (await startInvitation(tx, cause, approval)).audit;
  },
};
