import { z } from 'zod';
import {
  APPROVAL_KINDS,
  APPROVAL_STATES,
  CLOSE_REASONS,
  DECISION_SURFACES,
  INVITATION_STATES,
} from '../../domain/approval';
import { ASSIGNABLE_TEAM_ROLES, ELEMENT_TYPES, SHARE_ROLES } from '../../domain/roles';
import type { ApprovalView } from '../../store/queries/approval-view';
import { inviteWorkflowId } from '../../workflows/contracts/invite';
import { deciderAnswer } from '../deciding';
import type { ApiDeps } from '../deps';
import { id, instant } from './shapes';

const person = z.strictObject({ userId: id, name: z.string() });
export const shareRole = z.enum(SHARE_ROLES);

/** A request in the queue; an invitation is the same thing under the same id. */
export const approval = z
  .strictObject({
    id,
    teamId: id,
    kind: z.enum(APPROVAL_KINDS),
    state: z.enum(APPROVAL_STATES),
    closeReason: z.enum(CLOSE_REASONS).optional(),
    invitation: z.enum(INVITATION_STATES).optional(),
    revision: z.int(),
    requester: person.nullable(),
    requesters: z.array(z.strictObject({ userId: id, name: z.string(), elementId: id, role: shareRole })),
    subject: z.strictObject({ email: z.string(), userId: id.optional(), name: z.string().optional() }),
    element: z.strictObject({ id, type: z.enum(ELEMENT_TYPES), name: z.string() }),
    requestedRole: shareRole,
    teamRole: z.enum(ASSIGNABLE_TEAM_ROLES).nullable(),
    reason: z.string().nullable(),
    approvals: z.strictObject({
      required: z.int(),
      given: z.array(
        z.strictObject({ userId: id, name: z.string(), at: instant, onBehalfOf: id.optional() }),
      ),
    }),
    decision: z.enum(['approve', 'deny']).optional(),
    decidedBy: z.strictObject({ userId: id, name: z.string(), onBehalfOf: id.optional() }).optional(),
    decidedAt: instant.optional(),
    decisionReason: z.string().optional(),
    decidedVia: z.enum(DECISION_SURFACES).optional(),
    grantedRole: shareRole.optional(),
    claimedBy: z.strictObject({ userId: id, name: z.string(), until: instant }).optional(),
    approvers: z.array(person),
    createdAt: instant,
    expiresAt: instant,
    timeline: z.array(
      z.strictObject({
        at: instant,
        type: z.string(),
        by: person.nullable(),
        data: z.record(z.string(), z.unknown()),
      }),
    ),
    links: z.strictObject({ console: z.string(), temporal: z.string().nullable() }),
  })
  .meta({ id: 'Approval' });

/** A request as REST shows it. */
export function approvalAnswer(view: ApprovalView, { config, processes }: ApiDeps): z.input<typeof approval> {
  const { id: approvalId, subject, decidedBy, decidedAt } = view;
  return {
    id: approvalId,
    teamId: view.teamId,
    kind: view.kind,
    state: view.state,
    ...present({ closeReason: view.closeReason, invitation: view.invitation }),
    revision: view.revision,
    requester: view.requester,
    requesters: [...view.requesters],
    subject: { email: subject.email, ...present({ userId: subject.userId, name: subject.name }) },
    element: view.element,
    requestedRole: view.requestedRole,
    teamRole: view.teamRole,
    reason: view.reason,
    approvals: {
      required: view.approvals.required,
      given: view.approvals.given.map(({ at, userId, name, onBehalfOf }) => ({
        ...{ userId, name, at: at.toISOString() },
        ...present({ onBehalfOf: onBehalfOf?.userId ?? null }),
      })),
    },
    ...present({
      decision: view.decision,
      decidedBy: deciderAnswer(decidedBy),
      decidedAt: decidedAt?.toISOString() ?? null,
      decisionReason: view.decisionReason,
      decidedVia: view.decidedVia,
      grantedRole: view.grantedRole,
      claimedBy:
        view.claimedBy === null ? null : { ...view.claimedBy, until: view.claimedBy.until.toISOString() },
    }),
    approvers: [...view.approvers],
    createdAt: view.createdAt.toISOString(),
    expiresAt: view.expiresAt.toISOString(),
    timeline: view.timeline.map(({ at, ...rest }) => ({ ...rest, at: at.toISOString() })),
    links: {
      console: new URL(`/approvals/${approvalId}`, config.publicUrl).href,
      temporal: processes.temporalLink(inviteWorkflowId(approvalId), view.endedAt),
    },
  };
}

/** Fields that are there: what does not apply is left out. */
function present<T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}
