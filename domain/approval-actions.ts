import type { ApprovalKind } from './approval';

/** What the steps of a request are called in the audit log. */
interface Actions {
  readonly requested: string;
  readonly approved: string;
  readonly denied: string;
  readonly expired: string;
}

/** Names by kind of request (OPS-6). */
export const APPROVAL_ACTIONS: Readonly<Record<ApprovalKind, Actions>> = {
  invite: {
    requested: 'approval.requested',
    approved: 'team.approve_invite',
    denied: 'team.reject_invite',
    expired: 'approval.expired',
  },
  access_request: {
    requested: 'access_request.created',
    approved: 'access_request.approved',
    denied: 'access_request.denied',
    expired: 'access_request.expired',
  },
};
