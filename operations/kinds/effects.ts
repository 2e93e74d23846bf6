import type { Cause } from '../../domain/actor';
import type { ApprovalKind } from '../../domain/approval';
import type { AuditEntry } from '../../store/audit';
import type { Tx } from '../../store/database';
import type { Approval, Team } from '../../store/models';
import { accessRequest } from './access-request';
import { invite } from './invite';

/** What approving a request of a kind comes to. The team's row and the request's are locked. */
export interface Effect {
  /** Whether whoever it is about is gone, though nobody has closed it yet (GUEST-7). */
  isMoot(tx: Tx, team: Team, approval: Approval): Promise<boolean>;
  /** Whether the gate is open for it now (INVITE-2). */
  hasRoom(tx: Tx, team: Team, approval: Approval, asOf: Date): Promise<boolean>;
  /** What follows in the transaction that approves it. @returns lines for the audit log */
  approved(tx: Tx, cause: Cause, team: Team, approval: Approval): Promise<readonly AuditEntry[]>;
}

/** By kind: deciding knows nothing else of what is decided on. */
export const EFFECTS: Readonly<Record<ApprovalKind, Effect>> = { invite, access_request: accessRequest };
